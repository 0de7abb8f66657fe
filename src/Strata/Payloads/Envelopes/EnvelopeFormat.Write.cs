using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CommunityToolkit.HighPerformance.Buffers;
using Strata.Entries;
using Strata.Payloads.Compression;
using Strata.Payloads.Encryption;

namespace Strata.Payloads.Envelopes;

/// <summary>Sealing.</summary>
public sealed partial class EnvelopeFormat
{
    /// <summary>Writes an envelope.</summary>
    /// <param name="key">The cache key, 1 to 4096 bytes: the envelope opens under no other.</param>
    /// <param name="header">What is said of the payload.</param>
    /// <param name="payload">The payload, at most <see cref="MaxPayloadBytes"/>.</param>
    /// <param name="destination">Receives the envelope; it is asked for one span.</param>
    /// <param name="compress"><c>false</c> does not compress this payload, whatever the options say.</param>
    /// <exception cref="ArgumentException">Key, payload or a field of the header is outside its bounds; nothing was written.</exception>
    /// <exception cref="ObjectDisposedException">The key ring was disposed.</exception>
    public void Write(ReadOnlySpan<byte> key, in EnvelopeHeader header, in ReadOnlySequence<byte> payload, IBufferWriter<byte> destination, bool compress = true)
    {
        if (payload.IsSingleSegment)
        {
            Write(key, header, payload.FirstSpan, destination, compress);
            return;
        }

        ThrowIfTooLong(payload.Length);
        using SpanOwner<byte> joined = SpanOwner<byte>.Allocate((int)payload.Length);
        payload.CopyTo(joined.Span);
        Write(key, header, joined.Span, destination, compress);
    }

    /// <inheritdoc cref="Write(ReadOnlySpan{byte}, in EnvelopeHeader, in ReadOnlySequence{byte}, IBufferWriter{byte}, bool)"/>
    public void Write(ReadOnlySpan<byte> key, in EnvelopeHeader header, ReadOnlySpan<byte> payload, IBufferWriter<byte> destination, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfTooLong(payload.Length);
        ThrowIfNotHeader(header);
        ulong keyHash = Hash(key);
        int tagBytes = TagBytes(header);
        int headBytes = EnvelopeLayout.TagsAt + tagBytes + (_keys is null ? 0 : EnvelopeLayout.NonceBytes);
        Span<byte> envelope = destination.GetSpan(headBytes + payload.Length + CompressionFormat.OverheadBytes + (_keys is null ? EnvelopeLayout.ChecksumBytes : EnvelopeLayout.GcmTagBytes));
        Span<byte> head = envelope[..headBytes];
        WriteHeader(head, header, tagBytes, (uint)keyHash);
        destination.Advance(headBytes + (_keys is null
            ? WriteChecked(keyHash, head, payload, envelope[headBytes..], compress)
            : WriteEncrypted(_keys, key, head, payload, envelope[headBytes..], compress)));
    }

    private int WriteChecked(ulong keyHash, ReadOnlySpan<byte> head, ReadOnlySpan<byte> payload, Span<byte> destination, bool compress)
    {
        int bodyBytes = _compression.Write(payload, destination, compress);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[bodyBytes..], Checksum(keyHash, head, destination[..bodyBytes]));
        return bodyBytes + EnvelopeLayout.ChecksumBytes;
    }

    private int WriteEncrypted(EncryptionKeyRing keys, ReadOnlySpan<byte> key, Span<byte> head, ReadOnlySpan<byte> payload, Span<byte> destination, bool compress)
    {
        using SpanOwner<byte> plain = SpanOwner<byte>.Allocate(payload.Length + CompressionFormat.OverheadBytes);
        int bodyBytes = _compression.Write(payload, plain.Span, compress);
        using SpanOwner<byte> rented = RentAssociated(head.Length + key.Length);
        Span<byte> associated = rented.Length > 0 ? rented.Span : stackalloc byte[head.Length + key.Length];
        head[EnvelopeLayout.FlagsAt] |= (byte)EnvelopeFlags.Encrypted;
        key.CopyTo(associated[head.Length..]);
        while (true)
        {
            // A key that is taken away meanwhile is no longer the current one.
            EncryptionKey current = keys.Current;
            BinaryPrimitives.WriteInt32LittleEndian(head[EnvelopeLayout.KeyIdAt..], current.Id);
            Span<byte> nonce = head[^EnvelopeLayout.NonceBytes..];
            current.NextNonce(nonce);
            head.CopyTo(associated);
            if (current.TryEncrypt(plain.Span[..bodyBytes], destination[..bodyBytes], destination.Slice(bodyBytes, EnvelopeLayout.GcmTagBytes), associated, nonce))
                return bodyBytes + EnvelopeLayout.GcmTagBytes;
        }
    }

    private static void WriteHeader(Span<byte> head, in EnvelopeHeader header, int tagBytes, uint keyHash)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(head[EnvelopeLayout.MagicAt..], EnvelopeLayout.Magic);
        head[EnvelopeLayout.VersionAt] = EnvelopeLayout.Version;
        head[EnvelopeLayout.FlagsAt] = (byte)EnvelopeFlags.None;
        BinaryPrimitives.WriteUInt16LittleEndian(head[EnvelopeLayout.TagBytesAt..], (ushort)tagBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(head[EnvelopeLayout.KeyHashAt..], keyHash);
        BinaryPrimitives.WriteInt32LittleEndian(head[EnvelopeLayout.KeyIdAt..], 0);
        BinaryPrimitives.WriteInt64LittleEndian(head[EnvelopeLayout.TimestampAt..], header.Timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(head[EnvelopeLayout.CreatedAt..], header.CreatedMs);
        BinaryPrimitives.WriteInt64LittleEndian(head[EnvelopeLayout.TtlAt..], header.TtlMs);
        BinaryPrimitives.WriteInt64LittleEndian(head[EnvelopeLayout.GraceAt..], header.StaleGraceMs);
        Span<byte> rest = head[EnvelopeLayout.TagsAt..];
        foreach (string tag in header.Tags)
        {
            int lengthBytes = Encoding.UTF8.GetBytes(tag, rest[EnvelopeLayout.TagLengthBytes..]);
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)lengthBytes);
            rest = rest[(EnvelopeLayout.TagLengthBytes + lengthBytes)..];
        }
    }

    private static ulong Checksum(ulong keyHash, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => XxHash64.Compute(body, XxHash64.Compute(head, keyHash));

    private static SpanOwner<byte> RentAssociated(int lengthBytes) => lengthBytes > StackBytes ? SpanOwner<byte>.Allocate(lengthBytes) : SpanOwner<byte>.Empty;

    private static int TagBytes(in EnvelopeHeader header)
    {
        int bytes = 0;
        foreach (string tag in header.Tags)
            bytes += EnvelopeLayout.TagLengthBytes + Encoding.UTF8.GetByteCount(tag);
        return bytes;
    }

    private static void ThrowIfTooLong(long payloadBytes)
    {
        if (payloadBytes > MaxPayloadBytes)
            throw new ArgumentOutOfRangeException("payload", payloadBytes, $"The payload has {payloadBytes} bytes; an envelope holds at most {MaxPayloadBytes}.");
    }

    private static void ThrowIfNotHeader(in EnvelopeHeader header)
    {
        ThrowIfOutside(header.CreatedMs, long.MaxValue, nameof(EnvelopeHeader.CreatedMs));
        ThrowIfOutside(header.TtlMs, MaxTimeMs, nameof(EnvelopeHeader.TtlMs));
        ThrowIfOutside(header.StaleGraceMs, MaxTimeMs, nameof(EnvelopeHeader.StaleGraceMs));
        EntryOptions.ThrowIfNotTags(header.Tags);
    }

    private static void ThrowIfOutside(long valueMs, long mostMs, string name)
    {
        if (valueMs < 0 || valueMs > mostMs)
            throw new ArgumentOutOfRangeException("header", valueMs, $"{name} is {valueMs}; it must be 0 to {mostMs}.");
    }
}
