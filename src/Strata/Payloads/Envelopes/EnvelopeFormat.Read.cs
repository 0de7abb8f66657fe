using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Strata.Entries;
using Strata.Payloads.Compression;
using Strata.Payloads.Encryption;

namespace Strata.Payloads.Envelopes;

/// <summary>Opening.</summary>
public sealed partial class EnvelopeFormat
{
    private static readonly long MaxTimeMs = (long)EntryOptions.MaxTtl.TotalMilliseconds;

    /// <summary>
    /// Opens an envelope. Any bytes may be given: what does not open takes no more memory than its length justifies, throws nothing, and leaves nothing in the destination.
    /// </summary>
    /// <param name="key">The cache key, 1 to 4096 bytes.</param>
    /// <param name="envelope">The envelope.</param>
    /// <param name="nowMs">The moment that decides on <see cref="EnvelopeRead.Expired"/>, in milliseconds since the beginning of 1970 (UTC); 0 opens what has expired too.</param>
    /// <param name="destination">Receives the payload; it is advanced by nothing unless the result is <see cref="EnvelopeRead.Ok"/>.</param>
    /// <param name="header">What is said of the payload, when the result is <see cref="EnvelopeRead.Ok"/> or <see cref="EnvelopeRead.Expired"/>.</param>
    /// <param name="payloadBytes">The length of the payload; 0 unless the result is <see cref="EnvelopeRead.Ok"/>.</param>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public EnvelopeRead Read(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> envelope, long nowMs, IBufferWriter<byte> destination, out EnvelopeHeader header, out int payloadBytes)
    {
        if (envelope.IsSingleSegment)
            return Read(key, envelope.FirstSpan, nowMs, destination, out header, out payloadBytes);
        if (envelope.Length > Array.MaxLength)
        {
            header = default;
            payloadBytes = 0;
            return EnvelopeRead.TooLarge;
        }

        using SpanOwner<byte> joined = SpanOwner<byte>.Allocate((int)envelope.Length);
        envelope.CopyTo(joined.Span);
        return Read(key, joined.Span, nowMs, destination, out header, out payloadBytes);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, in ReadOnlySequence{byte}, long, IBufferWriter{byte}, out EnvelopeHeader, out int)"/>
    public EnvelopeRead Read(ReadOnlySpan<byte> key, ReadOnlySpan<byte> envelope, long nowMs, IBufferWriter<byte> destination, out EnvelopeHeader header, out int payloadBytes)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ulong keyHash = Hash(key);
        header = default;
        payloadBytes = 0;
        if (envelope.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(envelope) != EnvelopeLayout.Magic)
            return EnvelopeRead.NotAnEnvelope;
        if (envelope.Length < EnvelopeLayout.TagsAt)
            return EnvelopeRead.Damaged;
        if (envelope[EnvelopeLayout.VersionAt] != EnvelopeLayout.Version)
            return EnvelopeRead.UnknownVersion;
        var flags = (EnvelopeFlags)envelope[EnvelopeLayout.FlagsAt];
        bool isEncrypted = flags == EnvelopeFlags.Encrypted;
        int headBytes = EnvelopeLayout.TagsAt + BinaryPrimitives.ReadUInt16LittleEndian(envelope[EnvelopeLayout.TagBytesAt..]) + (isEncrypted ? EnvelopeLayout.NonceBytes : 0);
        int sealBytes = isEncrypted ? EnvelopeLayout.GcmTagBytes : EnvelopeLayout.ChecksumBytes;
        if ((flags & ~EnvelopeFlags.Encrypted) != 0 || envelope.Length < headBytes + sealBytes)
            return EnvelopeRead.Damaged;
        if (BinaryPrimitives.ReadUInt32LittleEndian(envelope[EnvelopeLayout.KeyHashAt..]) != (uint)keyHash)
            return EnvelopeRead.WrongKey;
        ReadOnlySpan<byte> head = envelope[..headBytes], body = envelope[headBytes..^sealBytes], seal = envelope[^sealBytes..];
        return isEncrypted ? ReadEncrypted(key, head, body, seal, nowMs, destination, out header, out payloadBytes) : ReadChecked(keyHash, head, body, seal, nowMs, destination, out header, out payloadBytes);
    }

    private EnvelopeRead ReadChecked(ulong keyHash, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> seal, long nowMs, IBufferWriter<byte> destination, out EnvelopeHeader header, out int payloadBytes)
    {
        header = default;
        payloadBytes = 0;
        if (!_acceptsUnencrypted)
            return EnvelopeRead.NotEncrypted;
        if (BinaryPrimitives.ReadUInt64LittleEndian(seal) != Checksum(keyHash, head, body))
            return EnvelopeRead.Damaged;
        return ReadSealed(head, head.Length, body, nowMs, destination, out header, out payloadBytes);
    }

    private EnvelopeRead ReadEncrypted(ReadOnlySpan<byte> key, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> seal, long nowMs, IBufferWriter<byte> destination, out EnvelopeHeader header, out int payloadBytes)
    {
        header = default;
        payloadBytes = 0;
        if (_keys?.Find(BinaryPrimitives.ReadInt32LittleEndian(head[EnvelopeLayout.KeyIdAt..])) is not { } encryptionKey)
            return EnvelopeRead.UnknownEncryptionKey;
        using SpanOwner<byte> plain = SpanOwner<byte>.Allocate(body.Length);
        using SpanOwner<byte> rented = RentAssociated(head.Length + key.Length);
        Span<byte> associated = rented.Length > 0 ? rented.Span : stackalloc byte[head.Length + key.Length];
        head.CopyTo(associated);
        key.CopyTo(associated[head.Length..]);
        if (!encryptionKey.TryDecrypt(body, plain.Span, seal, associated, head[^EnvelopeLayout.NonceBytes..]))
            return EnvelopeRead.Damaged;
        return ReadSealed(head, head.Length - EnvelopeLayout.NonceBytes, plain.Span, nowMs, destination, out header, out payloadBytes);
    }

    /// <summary>Reads what is known to be as it was written; by whom is another question where a checksum is all there is.</summary>
    private EnvelopeRead ReadSealed(ReadOnlySpan<byte> head, int tagsEnd, ReadOnlySpan<byte> body, long nowMs, IBufferWriter<byte> destination, out EnvelopeHeader header, out int payloadBytes)
    {
        header = new EnvelopeHeader
        {
            Timestamp = BinaryPrimitives.ReadInt64LittleEndian(head[EnvelopeLayout.TimestampAt..]),
            CreatedMs = BinaryPrimitives.ReadInt64LittleEndian(head[EnvelopeLayout.CreatedAt..]),
            TtlMs = BinaryPrimitives.ReadInt64LittleEndian(head[EnvelopeLayout.TtlAt..]),
            StaleGraceMs = BinaryPrimitives.ReadInt64LittleEndian(head[EnvelopeLayout.GraceAt..]),
        };
        payloadBytes = 0;
        if (header.CreatedMs < 0 || (ulong)header.TtlMs > (ulong)MaxTimeMs || (ulong)header.StaleGraceMs > (ulong)MaxTimeMs || !TryReadTags(head[EnvelopeLayout.TagsAt..tagsEnd], ref header))
        {
            header = default;
            return EnvelopeRead.Damaged;
        }

        if (header.TtlMs > 0 && header.FreshForMs(nowMs) + header.StaleGraceMs <= 0)
            return EnvelopeRead.Expired;
        EnvelopeRead read = _compression.Read(body, destination, out payloadBytes) switch
        {
            CompressionRead.Ok => EnvelopeRead.Ok,
            CompressionRead.UnknownCodec => EnvelopeRead.UnknownCodec,
            CompressionRead.TooLarge => EnvelopeRead.TooLarge,
            _ => EnvelopeRead.Damaged,
        };
        if (read != EnvelopeRead.Ok)
            header = default;
        return read;
    }

    private static bool TryReadTags(ReadOnlySpan<byte> bytes, ref EnvelopeHeader header)
    {
        if (bytes.IsEmpty)
            return true;
        ImmutableArray<string>.Builder tags = ImmutableArray.CreateBuilder<string>();
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < EnvelopeLayout.TagLengthBytes || tags.Count == EntryOptions.MaxTags)
                return false;
            int lengthBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            bytes = bytes[EnvelopeLayout.TagLengthBytes..];
            if (lengthBytes is 0 or > EntryOptions.MaxTagBytes || lengthBytes > bytes.Length || !Utf8.IsValid(bytes[..lengthBytes]))
                return false;
            tags.Add(Encoding.UTF8.GetString(bytes[..lengthBytes]));
            bytes = bytes[lengthBytes..];
        }

        header = header with { Tags = tags.DrainToImmutable() };
        return true;
    }
}
