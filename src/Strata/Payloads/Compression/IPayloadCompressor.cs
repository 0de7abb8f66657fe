namespace Strata.Payloads.Compression;

/// <summary>
/// Makes payloads shorter, and brings them back. <see cref="Lz4Compressor"/> comes with the cache; any other codec becomes usable by implementing this.
/// </summary>
/// <remarks>Called from any thread, several at once, and never under a lock of the cache. What is decompressed may be anybody's bytes.</remarks>
public interface IPayloadCompressor
{
    /// <summary>The first id for compressors that do not come with the cache.</summary>
    const byte FirstCustomId = 32;

    /// <summary>
    /// Stands in front of whatever this compressor made and so must never change: 1 to 31 for those of this library (1 is LZ4), <see cref="FirstCustomId"/> to 255 for others. 0 means "as it is" and is nobody's.
    /// </summary>
    byte Id { get; }

    /// <summary>A short name for statistics and messages, for example <c>lz4</c>.</summary>
    string Name { get; }

    /// <summary>The most bytes that one compressed byte can stand for, at least 1: what claims to be longer is refused before any memory is taken for it.</summary>
    int MaxExpansion { get; }

    /// <summary>Compresses a payload.</summary>
    /// <param name="source">The payload.</param>
    /// <param name="destination">Receives the compressed bytes; as long as they may be to be of use. What is behind them is undefined afterwards.</param>
    /// <param name="written">The length of the compressed bytes.</param>
    /// <returns><c>false</c> when they do not fit: the payload is then kept as it is.</returns>
    bool TryCompress(ReadOnlySpan<byte> source, Span<byte> destination, out int written);

    /// <summary>Decompresses what <see cref="TryCompress"/> made.</summary>
    /// <param name="source">The compressed bytes, or anything else.</param>
    /// <param name="destination">Receives the payload; as long as it is said to be.</param>
    /// <param name="written">The length of the payload.</param>
    /// <returns><c>false</c> when the bytes are none of this compressor's, or the payload does not fit. It must not throw for them.</returns>
    bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination, out int written);
}
