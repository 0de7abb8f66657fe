namespace Strata.Backplane;

/// <summary>What one change of a message says is invalidated. The numbers are part of the format.</summary>
internal enum ChangeKind : byte
{
    /// <summary>One key: length and bytes.</summary>
    Key = 1,

    /// <summary>Entries with one of some tags: their number, then length and UTF-8 of each.</summary>
    AnyTag = 2,

    /// <summary>Entries with all of some tags: as above.</summary>
    AllTags = 3,

    /// <summary>Keys with a prefix, a namespace for one: length and bytes.</summary>
    Prefix = 4,

    /// <summary>Keys that match a pattern: length and UTF-8.</summary>
    Pattern = 5,

    /// <summary>Everything; nothing follows.</summary>
    Everything = 6,
}
