namespace Strata.Engine.Removals;

/// <summary>Why an entry left a <see cref="ByteStore"/>.</summary>
public enum RemovalReason
{
    /// <summary>It was dropped to make room for others.</summary>
    Evicted = 0,

    /// <summary>Its time had come. An entry that has expired leaves for this reason, whatever made it go: a write of its key, a remove, or the reclaim.</summary>
    Expired = 1,

    /// <summary>A caller removed it.</summary>
    Removed = 2,

    /// <summary>A write put another value in its place.</summary>
    Replaced = 3,

    /// <summary>The store was cleared. Told once for each part of the store that was not empty, without keys: <see cref="RemovedEntry.EntryCount"/> says how many left.</summary>
    Cleared = 4,

    /// <summary>The value that should have replaced it found no room (<see cref="WriteOutcome.NoSpace"/>).</summary>
    NoSpace = 5,

    /// <summary>It was dropped since <see cref="ByteStore.SetCapacity"/> made the capacity smaller.</summary>
    Resized = 6,
}
