namespace Strata.Invalidation;

/// <summary>What becomes of an entry under the invalidations that are pending.</summary>
internal enum EntryFate
{
    /// <summary>None means it, or it is stale already.</summary>
    Kept,

    /// <summary>It is suspect, and may be served while nothing better is to be had.</summary>
    Stale,

    /// <summary>It must not be served any more.</summary>
    Dead,
}
