namespace Strata.Engine.Insight;

/// <summary>A sampled key, as all miniature caches know it.</summary>
internal struct MiniatureKey
{
    public ulong Hash;

    /// <summary>What its entry takes of a capacity.</summary>
    public int EntryBytes;

    /// <summary>How long its entry lives from when it is written; <see cref="MiniaturePlace.Never"/> for ever.</summary>
    public uint TtlTicks;

    /// <summary>The next key of the same bucket, or of the free ones; 0 ends the list.</summary>
    public ushort Next;

    /// <summary>Whether the store missed it since it was written last: the next write is the answer to that, which a cache that held it would not have seen.</summary>
    public bool IsAwaited;

    public MiniaturePlaces Places;
}
