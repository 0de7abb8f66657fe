namespace Strata.Files.Layout;

/// <summary>What else is known of a record. Part of the format.</summary>
[Flags]
internal enum RecordFlags : byte
{
    None = 0,

    /// <summary>There may be an older record of the key on disk, which must not come back when this one goes.</summary>
    Overwrites = 1,

    /// <summary>The value was stale when it was carried to a new segment, so it is until it is written anew.</summary>
    Stale = 2,
}
