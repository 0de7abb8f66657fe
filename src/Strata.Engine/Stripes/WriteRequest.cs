using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>One write, checked and hashed. The key is pinned by the caller for the length of the call.</summary>
internal unsafe ref struct WriteRequest
{
    /// <summary>The soft time of an entry that is stale from the start.</summary>
    public const long StaleAtOnce = -1;

    public byte* Key;
    public int KeyBytes;
    public ulong Hash;
    public int ValueBytes;

    /// <summary>The part of the value that stands in the record: all of it, or what a chain does not hold.</summary>
    public ReadOnlySpan<byte> InlineValue;

    /// <summary>The time to live in milliseconds; 0 for an entry that does not expire.</summary>
    public long TtlMs;

    /// <summary>The milliseconds until the entry is stale; 0 for never, <see cref="StaleAtOnce"/> for none.</summary>
    public long SoftTtlMs;

    /// <summary>What the caller keeps with the entry.</summary>
    public ReadOnlySpan<byte> Notes;

    public bool IsMarked;
    public EntryPriority Priority;

    /// <summary>The time at which the write began; it counts for every expiry the write looks at.</summary>
    public long NowMs;

    public bool IsVersioned;
    public WriteMode Mode;
    public long ExpectedVersion;
    public WriteFence Fence;

    /// <summary>The first page of the chain that holds the value's end; 0 when there is none, or once it belongs to the published entry.</summary>
    public int Chain;

    /// <summary>Whether the estimates of hit ratios follow this key.</summary>
    public bool IsWatched;

    /// <summary>Whether there is no room for the value: if its conditions hold, the write drops what the key had and stores nothing.</summary>
    public bool LacksSpace;

    public readonly int TtlClass => Expiry.TtlClass.Of(TtlMs != 0 ? TtlMs : long.MaxValue);

    public readonly RecordHeader Header => new(
        KeyBytes,
        ValueBytes,
        (SoftTtlMs != 0 ? RecordFlags.Soft : 0) | (TtlMs != 0 ? RecordFlags.Expiry : 0) | (IsVersioned ? RecordFlags.Version : 0) | (Chain != 0 ? RecordFlags.Chain : 0)
            | (IsWatched ? RecordFlags.Watched : 0) | (IsMarked ? RecordFlags.Marked : 0),
        Notes.Length);
}
