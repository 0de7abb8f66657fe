namespace Strata.Tiers;

/// <summary>What a tier is. The default value: bytes of this process alone, gone when it ends.</summary>
[Flags]
public enum TierTraits
{
    /// <summary>In this process and volatile.</summary>
    None = 0,

    /// <summary>Other processes read and write the same entries, so what is read may be newer or older than what this process wrote.</summary>
    Shared = 1,

    /// <summary>Entries outlive the process.</summary>
    Durable = 2,
}
