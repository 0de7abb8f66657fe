using System.Buffers;
using System.Security.Cryptography;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;

namespace Strata.Lab.Subjects;

/// <summary>Envelopes that are not compressed, sealed with a checksum or with AES-GCM.</summary>
internal sealed class EnvelopeSubject : CodecSubject, IDisposable
{
    private readonly EncryptionKeyRing? _ring;
    private readonly EnvelopeFormat _format;
    private readonly byte[] _key = "product:0123456789abcdef"u8.ToArray();
    private readonly ArrayBufferWriter<byte> _envelope;
    private readonly ArrayBufferWriter<byte> _payload;

    public EnvelopeSubject(int payloadBytes, bool isEncrypted)
        : base(isEncrypted ? "envelope_aes_gcm" : "envelope")
    {
        _ring = isEncrypted ? new EncryptionKeyRing(1, RandomNumberGenerator.GetBytes(32)) : null;
        _format = new EnvelopeFormat(new EnvelopeOptions { Compression = null, EncryptionKeys = _ring });
        _envelope = new(payloadBytes + 1024);
        _payload = new(payloadBytes + 1024);
    }

    public void Dispose() => _ring?.Dispose();

    protected override int Compress(byte[] payload)
    {
        _envelope.ResetWrittenCount();
        _format.Write(_key, new EnvelopeHeader { CreatedMs = 1, TtlMs = 1 }, payload, _envelope);
        return _envelope.WrittenCount;
    }

    protected override byte[] CompressToArray(byte[] payload)
    {
        Compress(payload);
        return _envelope.WrittenSpan.ToArray();
    }

    protected override void Decompress(byte[] compressed, byte[] destination)
    {
        _payload.ResetWrittenCount();
        if (_format.Read(_key, compressed, nowMs: 0, _payload, out _, out _) != EnvelopeRead.Ok)
            throw new InvalidOperationException("An envelope did not open.");
        _payload.WrittenSpan.CopyTo(destination);
    }
}
