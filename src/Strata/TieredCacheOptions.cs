using Strata.Tiers;

namespace Strata;

/// <summary>The settings of a <see cref="TieredCache"/>, read and checked once when it is made. Those of its memory tier are inherited.</summary>
public sealed class TieredCacheOptions : MemoryTierOptions
{
    /// <summary>
    /// The tiers behind memory, fastest first. Default: none. Reads ask them in this order and bring what they find forward; writes and removals go to all. The cache does not dispose
    /// them.
    /// </summary>
    public IList<ICacheTier> Tiers { get; } = [];
}
