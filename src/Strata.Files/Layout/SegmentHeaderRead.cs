namespace Strata.Files.Layout;

/// <summary>What the first block of a segment file is.</summary>
internal enum SegmentHeaderRead
{
    Ok,

    /// <summary>Zeros: never written, or the write was lost.</summary>
    Empty,

    /// <summary>It was a header of this store, or nobody can tell.</summary>
    Damaged,

    /// <summary>The header of another store.</summary>
    Foreign,

    /// <summary>A header of this store in a format that is not known.</summary>
    UnknownVersion,
}
