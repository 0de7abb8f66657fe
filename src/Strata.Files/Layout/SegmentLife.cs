namespace Strata.Files.Layout;

/// <summary>One life of a segment: from one header to the next. A number is never used again, and a life is written by one process run only.</summary>
internal sealed class SegmentLife
{
    public SegmentLife(StoreKey key, ulong incarnation, ulong nonce, long createdMs)
    {
        Incarnation = incarnation;
        Nonce = nonce;
        CreatedMs = createdMs;
        Prefix = key.LifeOf(incarnation, nonce);
        Mark = (uint)Prefix | 1;
    }

    public ulong Incarnation { get; }

    public ulong Nonce { get; }

    public long CreatedMs { get; }

    /// <summary>What the checksums begin with.</summary>
    public ulong Prefix { get; }

    /// <summary>What the records begin with, to reject what is none without a checksum.</summary>
    public uint Mark { get; }
}
