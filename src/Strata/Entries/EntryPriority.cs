namespace Strata.Entries;

/// <summary>How ready the cache is to drop an entry when it needs room. A place to start from: what is read often stays, and what is not goes, whatever its priority.</summary>
public enum EntryPriority
{
    /// <summary>Goes first unless it is read soon.</summary>
    Low = -1,

    /// <summary>Starts like every other entry.</summary>
    Normal = 0,

    /// <summary>Starts as if it had been read before.</summary>
    High = 1,
}
