namespace Strata.Files.Segments;

/// <summary>A part of an open segment that is in memory: records are appended to it, readers are served from it, and it is let go when all of it was written.</summary>
/// <remarks>
/// Counters are the gate's. Readers copy from <see cref="Bytes"/> without it: what they find published does not change before the chunk is let go, and if its array serves another chunk by then, the checksum of
/// what they copied does not fit.
/// </remarks>
internal sealed class Chunk(byte[] bytes, int start)
{
    public byte[] Bytes { get; } = bytes;

    /// <summary>Where in the segment it begins.</summary>
    public int Start { get; } = start;

    /// <summary>Bytes with records in them.</summary>
    public int Filled { get; set; }

    /// <summary>Bytes that were handed to the system.</summary>
    public int Written { get; set; }

    /// <summary>Nothing is appended any more.</summary>
    public bool IsClosed { get; set; }
}
