namespace Strata.Files.Layout;

/// <summary>What a record says. Part of the format: numbers are never used again.</summary>
internal enum RecordKind : byte
{
    /// <summary>A key has this value.</summary>
    Value = 1,

    /// <summary>A key has no value.</summary>
    Tombstone = 2,

    /// <summary>No key has a value.</summary>
    Clear = 3,

    /// <summary>What a rule means has no value.</summary>
    Rule = 4,

    /// <summary>Every value written before is stale.</summary>
    StaleMark = 5,
}
