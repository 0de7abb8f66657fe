namespace Strata.Engine.Codecs;

/// <summary>
/// The LZ4 block format (Collet, "LZ4 Block Format Description"): no header, no checksum, no length; whoever keeps a block keeps its length too. What
/// <see cref="Compress(ReadOnlySpan{byte}, Span{byte})"/> writes any LZ4 decoder reads, and the other way round. Stateless, and safe for any number of threads.
/// </summary>
/// <remarks>
/// A block is a row of sequences, the last of which ends after its literals:
/// <code>
/// +-------+----------------+----------+-----------+----------------+
/// | token | literal length | literals | offset    | match length   |
/// | 4 | 4 | 0 to n bytes   |          | 2, little | 0 to n bytes   |
/// +-------+----------------+----------+-----------+----------------+
///   |   '-- match length - 4; 15 goes on in the bytes after the offset: each adds 0 to 255, and 255 is followed by another
///   '------ literal length; 15 goes on in the bytes after the token
/// </code>
/// A match starts at least 12 bytes before the end of the data, and the last 5 bytes are literals.
/// </remarks>
public static unsafe partial class Lz4Block
{
    /// <summary>The most bytes that one byte of a block can stand for. A block of n bytes never decompresses to more than n times as many.</summary>
    public const int MaxExpansion = 255;

    /// <summary>The longest data that can be compressed, a little less than 2 GiB: with it, the longest block still has a length.</summary>
    public const int MaxSourceBytes = 0x7E00_0000;

    private const int MinMatch = 4;
    private const int MaxOffset = ushort.MaxValue;
    private const int LastLiterals = 5;
    private const int LastMatchStart = 12;

    // A nibble of the token that goes on in further bytes.
    private const int LongLength = 15;

    /// <summary>The longest block that so much data can make, in bytes.</summary>
    /// <param name="sourceBytes">The length of the data, 0 to <see cref="MaxSourceBytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is outside its bounds.</exception>
    public static int MaxCompressedLength(int sourceBytes)
    {
        if ((uint)sourceBytes > MaxSourceBytes)
            throw new ArgumentOutOfRangeException(nameof(sourceBytes), sourceBytes, $"{nameof(sourceBytes)} is {sourceBytes}; a block holds 0 to {MaxSourceBytes} bytes.");
        return sourceBytes + (sourceBytes / 255) + 16;
    }
}
