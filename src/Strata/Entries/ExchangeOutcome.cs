namespace Strata.Entries;

/// <summary>What a <c>CompareExchange</c> did.</summary>
public enum ExchangeOutcome
{
    /// <summary>The value was kept.</summary>
    Exchanged = 0,

    /// <summary>Nothing was kept: the key has no entry in memory.</summary>
    NotFound = 1,

    /// <summary>Nothing was kept: the entry was written since its version was read.</summary>
    VersionMismatch = 2,

    /// <summary>Nothing was kept: the entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>).</summary>
    NotVersioned = 3,

    /// <summary>Nothing was kept: memory of this size could not be freed just now. The former entry is gone.</summary>
    NoSpace = 4,

    /// <summary>Nothing was added: the key has a value.</summary>
    Exists = 5,
}
