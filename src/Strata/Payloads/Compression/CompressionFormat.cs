using System.Buffers;

namespace Strata.Payloads.Compression;

/// <summary>
/// Payloads that say how they are compressed.
/// <code>
/// ┌─────────┬───────────────────────┬──────────────────────┐
/// │ codec 1 │ length, varint 1 to 5 │ compressed payload … │     the length is the payload's
/// └─────────┴───────────────────────┴──────────────────────┘
/// ┌─────────┬───────────┐
/// │ 0       │ payload … │                                         as it is
/// └─────────┴───────────┘
/// </code>
/// A varint has seven bits in each byte, the lowest first; the highest bit says that another byte follows.
/// </summary>
/// <remarks>Immutable, and safe for any number of threads. Allocates nothing of its own.</remarks>
public sealed class CompressionFormat
{
    private const byte AsItIs = 0;

    private readonly CompressionOptions? _options;
    private readonly IPayloadCompressor?[] _compressors;
    private readonly int _maxDecompressedBytes;

    /// <summary>Makes a format.</summary>
    /// <param name="options">What to compress. <c>null</c> compresses nothing, and reads what the default options write.</param>
    /// <exception cref="ArgumentException">An option is outside its bounds or contradicts another one; the message names them.</exception>
    public CompressionFormat(CompressionOptions? options)
    {
        _options = options;
        CompressionOptions reading = options ?? new CompressionOptions();
        _compressors = reading.ToTable();
        _maxDecompressedBytes = reading.MaxDecompressedBytes;
    }

    /// <summary>How much longer than its payload the result of <see cref="Write"/> can be, in bytes.</summary>
    public static int OverheadBytes => 1;

    /// <summary>Writes a payload, compressed if that is worth it.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="destination">At least <see cref="OverheadBytes"/> longer than the payload; what is behind the result is undefined afterwards.</param>
    /// <param name="compress"><c>false</c> keeps it as it is in any case.</param>
    /// <returns>The length of the result.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public int Write(ReadOnlySpan<byte> payload, Span<byte> destination, bool compress = true)
    {
        if (destination.Length - OverheadBytes < payload.Length)
            throw new ArgumentException($"The destination has {destination.Length} bytes; a payload of {payload.Length} bytes needs {(long)payload.Length + OverheadBytes}.", nameof(destination));
        if (compress && TryCompress(payload, destination, out int written))
            return written;
        destination[0] = AsItIs;
        payload.CopyTo(destination[1..]);
        return payload.Length + 1;
    }

    /// <summary>Writes a payload if it is worth compressing. For places that know by themselves whether what they keep is compressed.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="destination">Receives the result; the shorter it is, the shorter the result must be.</param>
    /// <param name="written">The length of the result.</param>
    /// <returns><c>false</c> when the payload is too short or too long, when it does not become shorter by <see cref="CompressionOptions.MinSavingPercent"/>, or when it does not fit.</returns>
    public bool TryCompress(ReadOnlySpan<byte> payload, Span<byte> destination, out int written)
    {
        written = 0;
        if (_options is null || payload.Length < _options.ThresholdBytes || payload.Length > _maxDecompressedBytes)
            return false;
        int most = (int)Math.Min(destination.Length, payload.Length * (100L - _options.MinSavingPercent) / 100);
        int headerBytes = 1 + VarintBytes(payload.Length);
        if (most <= headerBytes || !_options.Compressor.TryCompress(payload, destination[headerBytes..most], out int compressedBytes))
            return false;
        destination[0] = _options.Compressor.Id;
        WriteVarint(destination[1..], payload.Length);
        written = headerBytes + compressedBytes;
        return true;
    }

    /// <summary>Reads a payload. Any bytes may be given: what is no payload takes no more memory than its length justifies, and leaves nothing in the destination.</summary>
    /// <param name="frame">What <see cref="Write"/> or <see cref="TryCompress"/> wrote.</param>
    /// <param name="destination">Receives the payload; it is asked for one span of the payload's length, and is advanced by nothing unless the result is <see cref="CompressionRead.Ok"/>.</param>
    /// <param name="payloadBytes">The length of the payload; 0 unless the result is <see cref="CompressionRead.Ok"/>.</param>
    public CompressionRead Read(ReadOnlySpan<byte> frame, IBufferWriter<byte> destination, out int payloadBytes)
    {
        ArgumentNullException.ThrowIfNull(destination);
        payloadBytes = 0;
        if (frame.IsEmpty)
            return CompressionRead.Damaged;
        byte codec = frame[0];
        frame = frame[1..];
        if (codec == AsItIs)
        {
            destination.Write(frame);
            payloadBytes = frame.Length;
            return CompressionRead.Ok;
        }

        if (_compressors[codec] is not { } compressor)
            return CompressionRead.UnknownCodec;
        if (!TryReadVarint(ref frame, out int claimedBytes) || claimedBytes > (long)frame.Length * compressor.MaxExpansion)
            return CompressionRead.Damaged;
        if (claimedBytes > _maxDecompressedBytes)
            return CompressionRead.TooLarge;
        Span<byte> payload = claimedBytes == 0 ? [] : destination.GetSpan(claimedBytes)[..claimedBytes];
        if (!compressor.TryDecompress(frame, payload, out int written) || written != claimedBytes)
        {
            payload.Clear();
            return CompressionRead.Damaged;
        }

        destination.Advance(claimedBytes);
        payloadBytes = claimedBytes;
        return CompressionRead.Ok;
    }

    private static int VarintBytes(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        < 1 << 28 => 4,
        _ => 5,
    };

    private static void WriteVarint(Span<byte> destination, int value)
    {
        uint rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7, destination = destination[1..])
            destination[0] = (byte)(rest | 0x80);
        destination[0] = (byte)rest;
    }

    /// <summary>Reads a number of at most 31 bits, in no more bytes than it needs.</summary>
    private static bool TryReadVarint(ref ReadOnlySpan<byte> source, out int value)
    {
        ulong bits = 0;
        for (int i = 0; i < 5 && i < source.Length; i++)
        {
            bits |= (ulong)(source[i] & 0x7F) << (7 * i);
            if (source[i] >= 0x80)
                continue;
            value = (int)Math.Min(bits, int.MaxValue);
            bool isShortest = i == 0 || source[i] != 0;
            source = source[(i + 1)..];
            return isShortest && bits <= int.MaxValue;
        }

        value = 0;
        return false;
    }
}
