namespace Strata.Engine.Layout;

/// <summary>What a page of the region is used for.</summary>
internal enum PageKind : byte
{
    /// <summary>Free, in the pool or in a stripe's reserve.</summary>
    Free = 0,

    /// <summary>Records of the probation ring.</summary>
    Probation,

    /// <summary>Records of the main ring.</summary>
    Main,

    /// <summary>A part of a long value.</summary>
    Chain,

    /// <summary>Buckets of the index. An index page stays the index's for the life of the store, parked or not.</summary>
    Index,

    /// <summary>A page of an index that has become smaller: without memory, and used again only by that index.</summary>
    Parked,

    /// <summary>Fingerprints of evicted keys.</summary>
    Ghost,

    /// <summary>Reclaimed while a reader had it pinned; free once the pin is gone.</summary>
    Quarantined,
}
