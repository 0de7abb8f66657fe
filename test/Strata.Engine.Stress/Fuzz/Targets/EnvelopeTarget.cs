using System.Buffers;
using System.Buffers.Binary;
using Strata.Payloads.Compression;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>
/// Envelopes with a checksum or with AES-GCM, opened under their own key and now and then under another one. Half of the changed ones get a right seal again, as somebody who knows
/// the format (or even the encryption key) could make it.
/// </summary>
internal sealed class EnvelopeTarget : IFuzzTarget
{
    private static readonly byte[] s_key = "user:42"u8.ToArray();
    private static readonly byte[] s_otherKey = "user:43"u8.ToArray();

    private readonly EncryptionKeyRing? _ring;
    private readonly CompressionFormat _compression;
    private readonly EnvelopeFormat _format;
    private readonly WatchedWriter _destination = new();
    private byte[] _payload = [];

    public EnvelopeTarget(bool isEncrypted)
    {
        _ring = isEncrypted ? new EncryptionKeyRing(7, new byte[32]) : null;
        var compression = new CompressionOptions { ThresholdBytes = 16, MinSavingPercent = 1, MaxDecompressedBytes = CompressionTarget.MaxDecompressedBytes };
        _compression = new CompressionFormat(compression);
        _format = new EnvelopeFormat(new EnvelopeOptions { Compression = compression, EncryptionKeys = _ring });
    }

    public string Name => _ring is null ? "envelope" : "encrypted";

    public byte[] MakeValid(Random random)
    {
        _payload = FuzzPayload.Make(random);
        var header = new EnvelopeHeader
        {
            Timestamp = random.NextInt64(),
            CreatedMs = random.NextInt64(1L << 41),
            TtlMs = random.Next(3) * 1_000_000L,
            StaleGraceMs = random.Next(1_000),
            Tags = [.. Enumerable.Range(0, random.Next(4)).Select(i => new string('t', 1 + (i * random.Next(20))))],
        };
        var envelope = new ArrayBufferWriter<byte>();
        _format.Write(s_key, header, _payload, envelope);
        return envelope.WrittenSpan.ToArray();
    }

    public byte[] Repair(byte[] input, Random random)
    {
        int fixedBytes = EnvelopeLayout.TagsAt;
        if (input.Length < fixedBytes)
            return input;
        int headBytes = fixedBytes + BinaryPrimitives.ReadUInt16LittleEndian(input.AsSpan(EnvelopeLayout.TagBytesAt)) + (_ring is null ? 0 : EnvelopeLayout.NonceBytes);
        if (headBytes > input.Length)
            return input;
        byte[] head = input[..headBytes];
        ulong keyHash = XxHash64.Compute(s_key, seed: 0);
        BinaryPrimitives.WriteUInt32LittleEndian(head, EnvelopeLayout.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(EnvelopeLayout.KeyHashAt), (uint)keyHash);
        // What lies behind the seal: the payload's own frame, a changed one, a bomb, or what happens to be there.
        byte[] frame = CompressionTarget.Write(_compression, _payload);
        byte[] body = random.Next(8) switch
        {
            0 => frame,
            1 => CompressionTarget.Bomb(random),
            2 => input[headBytes..],
            _ => Mutator.Change(frame, random),
        };
        if (_ring is null)
            return [.. head, .. body, .. BitConverter.GetBytes(XxHash64.Compute(body, XxHash64.Compute(head, keyHash)))];
        byte[] cipher = new byte[body.Length], tag = new byte[EnvelopeLayout.GcmTagBytes];
        _ring.Current.TryEncrypt(body, cipher, tag, [.. head, .. s_key], head.AsSpan(headBytes - EnvelopeLayout.NonceBytes));
        return [.. head, .. cipher, .. tag];
    }

    public long MaxAllocatedBytes(int inputBytes) => 64 * 1024 + (4L * inputBytes);

    public bool Decode(ReadOnlySpan<byte> input, FuzzKind kind, Random random)
    {
        _destination.Clear();
        bool isOther = random.Next(16) == 0;
        long nowMs = random.Next(4) == 0 ? random.NextInt64(1L << 42) : 0;
        EnvelopeRead read = _format.Read(isOther ? s_otherKey : s_key, input, nowMs, _destination, out _, out int payloadBytes);
        CompressionTarget.Check(_destination, input.Length, read == EnvelopeRead.Ok, payloadBytes);
        if (isOther && read is EnvelopeRead.Ok or EnvelopeRead.Expired)
            throw new FuzzException("an envelope opened under another key");
        if (kind == FuzzKind.Changed && read is EnvelopeRead.Ok or EnvelopeRead.Expired)
            throw new FuzzException("a changed envelope opened");
        if (kind != FuzzKind.Valid)
            return read == EnvelopeRead.Ok;
        EnvelopeRead expected = isOther ? EnvelopeRead.WrongKey : read == EnvelopeRead.Expired && nowMs > 0 ? EnvelopeRead.Expired : EnvelopeRead.Ok;
        if (read != expected || (read == EnvelopeRead.Ok && !_destination.Written.SequenceEqual(_payload)))
            throw new FuzzException($"a valid envelope was {read}, or another payload was delivered");
        return true;
    }

    public void Dispose() => _ring?.Dispose();
}
