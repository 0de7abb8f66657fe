namespace Strata.Engine;

/// <summary>
/// Where a key that is new to the store begins its life. From there on its reads decide: no priority keeps an entry that nobody reads, or makes one leave that is read often.
/// </summary>
public enum EntryPriority
{
    /// <summary>As its reads and the store's memory of it say: on probation, or in the main ring when it was dropped lately.</summary>
    Normal = 0,

    /// <summary>On probation, also when it was dropped lately: it leaves first unless it is read there.</summary>
    Low = -1,

    /// <summary>In the main ring, as if it had been read there once: it stays for two turns of that ring instead of one, without being read. No promise that it stays.</summary>
    High = 1,
}
