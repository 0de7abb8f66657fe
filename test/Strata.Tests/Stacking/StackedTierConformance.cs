using Strata.Guards;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Tests.Stacking;

/// <summary>What a stack remembers for a tier must not show in how the tier behaves.</summary>
public abstract class StackedTierConformance(TierOptions options) : TierConformance<ICacheTier>
{
    private MemoryTier? _inner;

    protected override ValueTask<ICacheTier> CreateAsync(ManualTimeProvider time)
    {
        _inner = new MemoryTier(new MemoryTierOptions { CapacityBytes = 4 << 20, TimeProvider = time, BackgroundMaintenance = false });
        var telemetry = new CacheTelemetry(new TieredCacheOptions { TimeProvider = time, Tiers = { _inner } });
        return new(new StackedTier(_inner, options, new GuardOptions { TimeProvider = time }, telemetry, 0, time, new HybridClock(time), static (_, _, _) => { }));
    }

    protected override ValueTask DestroyAsync(ICacheTier tier)
    {
        ((StackedTier)tier).Dispose();
        _inner?.Dispose();
        return ValueTask.CompletedTask;
    }

    public sealed class WriteThrough() : StackedTierConformance(new TierOptions());

    public sealed class WriteBehind() : StackedTierConformance(new TierOptions { WritesBehind = true });
}
