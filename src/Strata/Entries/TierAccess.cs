namespace Strata.Entries;

/// <summary>What a call leaves out. The default value leaves out nothing.</summary>
[Flags]
public enum TierAccess
{
    /// <summary>Reads and writes go to memory and to all tiers behind it.</summary>
    All = 0,

    /// <summary>Memory is not read, so that a load or a tier behind answers.</summary>
    SkipMemoryRead = 1,

    /// <summary>Memory is not written; what it has of the key is removed, so that no older value stays.</summary>
    SkipMemoryWrite = 2,

    /// <summary>The tiers behind are not read.</summary>
    SkipTierRead = 4,

    /// <summary>The tiers behind are not written. A former value that one of them has comes back when the entry has left memory: remove the key first if it must not.</summary>
    SkipTierWrite = 8,
}
