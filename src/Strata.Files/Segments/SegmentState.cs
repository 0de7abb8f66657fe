namespace Strata.Files.Segments;

/// <summary>Where a segment is in its life.</summary>
internal enum SegmentState
{
    /// <summary>Found when the store was opened and not yet looked into.</summary>
    Found,

    /// <summary>Its new header is durable and there is no record behind it.</summary>
    Free,

    /// <summary>Records are appended.</summary>
    Open,

    /// <summary>What is in memory is written; then it gets its footer.</summary>
    Closing,

    /// <summary>Nothing is written to it any more.</summary>
    Sealed,

    /// <summary>Nothing in it counts any more. Its old header may still be the durable one.</summary>
    Emptied,

    /// <summary>A write to it failed: what is in it may be read, and nothing is appended to it. It is tried again now and then.</summary>
    Broken,
}
