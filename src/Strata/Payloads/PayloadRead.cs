namespace Strata.Payloads;

/// <summary>What a typed read found.</summary>
internal enum PayloadRead
{
    /// <summary>No live entry.</summary>
    Miss = 0,

    /// <summary>A live entry, and its value was read.</summary>
    Hit = 1,

    /// <summary>A live entry whose bytes are not a value of this type.</summary>
    Unreadable = 2,
}
