namespace Strata.Files;

/// <summary>What a value is worth that was written before the tier was opened.</summary>
public enum RecoveredEntries
{
    /// <summary>It may have been invalidated while nobody looked: it is answered as stale until it is written anew. The default.</summary>
    Stale = 0,

    /// <summary>Its time to live is all that is promised of it: it is answered as a hit, unless it was stale before.</summary>
    Trusted = 1,
}
