namespace Strata.Engine;

/// <summary>What a write to a <see cref="ByteStore"/> did.</summary>
public enum WriteOutcome
{
    /// <summary>The entry was stored (or, for a touch, its time to live was changed).</summary>
    Stored = 0,

    /// <summary>Nothing was stored: a live entry has this key already (add-if-absent).</summary>
    Exists = 1,

    /// <summary>Nothing was stored: no live entry has this key (touch, compare-and-set).</summary>
    NotFound = 2,

    /// <summary>Nothing was stored: the entry's version is another one than expected (compare-and-set).</summary>
    VersionMismatch = 3,

    /// <summary>Nothing was stored: the entry was written without a version (compare-and-set).</summary>
    NotVersioned = 4,

    /// <summary>Nothing was stored: the fence given with the write was passed by another writer first.</summary>
    Overtaken = 5,

    /// <summary>Nothing was stored, and a former value of the key was removed: memory of this size could not be freed, since leases or other long values hold it.</summary>
    NoSpace = 6,
}
