namespace Strata.Engine;

/// <summary>What a write to a <see cref="ByteStore"/> did.</summary>
public enum WriteOutcome
{
    /// <summary>The entry was stored (or, for a touch or an extend, its time to live was changed).</summary>
    Stored = 0,

    /// <summary>Nothing was stored: a live entry has this key already, and may not be replaced (add).</summary>
    Exists = 1,

    /// <summary>Nothing was stored: no live entry has this key (touch, compare-and-set), or none that matches and has the times to change (extend).</summary>
    NotFound = 2,

    /// <summary>Nothing was stored: the entry's version is another one than expected (compare-and-set).</summary>
    VersionMismatch = 3,

    /// <summary>Nothing was stored: the entry was written without a version (compare-and-set).</summary>
    NotVersioned = 4,

    /// <summary>Nothing was stored: the fence given with the write was passed by another writer first.</summary>
    Overtaken = 5,

    /// <summary>
    /// Nothing was stored: memory of this size could not be freed, since readers that are under way or long values that are being written hold it. A write
    /// has removed the former value of the key, which must not be served as if it were the new one; it counts as evicted. A touch leaves the entry as it was.
    /// </summary>
    NoSpace = 6,
}
