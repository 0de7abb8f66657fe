namespace Strata.Entries;

/// <summary>What an entry is worth to a reader.</summary>
internal enum EntryState
{
    /// <summary>There is none, or it is invalidated.</summary>
    None,

    /// <summary>A value that may be served.</summary>
    Fresh,

    /// <summary>A value whose time is over, to be served only when a load fails or is late.</summary>
    Stale,

    /// <summary>It says that there is no value.</summary>
    Nothing,
}
