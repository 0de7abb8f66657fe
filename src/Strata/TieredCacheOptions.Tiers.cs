using Strata.Guards;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <content>The tiers behind memory.</content>
public sealed partial class TieredCacheOptions
{
    private static readonly TierOptions s_plain = new();

    private readonly Dictionary<ICacheTier, TierOptions> _tierOptions = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// How each tier is guarded that is not of this process and volatile (<see cref="TierTraits.None"/>): with deadlines, a breaker, and a memory of the writes that failed, which are made up for when the tier answers again. Default: as
    /// <see cref="GuardOptions"/> says, on the cache's clock. A <see cref="GuardedTier"/> in <see cref="Tiers"/> keeps its own. <c>null</c>: tiers are called as they are, and a write that failed is only counted.
    /// </summary>
    public GuardOptions? Guard { get; set; } = new();

    /// <summary>Adds a tier with settings of its own to the end of <see cref="Tiers"/>.</summary>
    /// <param name="tier">The tier.</param>
    /// <param name="options">Its settings.</param>
    public void AddTier(ICacheTier tier, TierOptions options)
    {
        ArgumentNullException.ThrowIfNull(tier);
        ArgumentNullException.ThrowIfNull(options);
        Tiers.Add(tier);
        _tierOptions[tier] = options;
    }

    /// <summary>The settings of a tier: its own, or the plain ones.</summary>
    internal TierOptions SettingsOf(ICacheTier tier) => _tierOptions.GetValueOrDefault(tier, s_plain);
}
