namespace Strata.Invalidation;

/// <summary>What an <see cref="InvalidationRule"/> looks at.</summary>
public enum InvalidationKind
{
    /// <summary>Entries that have at least one of the tags.</summary>
    AnyTag = 0,

    /// <summary>Entries that have every one of the tags.</summary>
    AllTags = 1,

    /// <summary>Entries whose key begins with the prefix.</summary>
    Prefix = 2,

    /// <summary>Entries whose key matches the pattern.</summary>
    Pattern = 3,
}
