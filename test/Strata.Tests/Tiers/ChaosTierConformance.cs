using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Strata.Tiers.Chaos;

namespace Strata.Tests.Tiers;

/// <summary>Without chaos, the chaos tier is like the tier inside.</summary>
public sealed class ChaosTierConformance : TierConformance<ChaosTier>
{
    private MemoryTier? _inner;

    protected override ValueTask<ChaosTier> CreateAsync(ManualTimeProvider time)
    {
        _inner = new MemoryTier(new MemoryTierOptions { CapacityBytes = 4 << 20, TimeProvider = time, BackgroundMaintenance = false });
        return new(new ChaosTier(_inner, new ChaosOptions { TimeProvider = time }));
    }

    protected override ValueTask DestroyAsync(ChaosTier tier)
    {
        _inner?.Dispose();
        return ValueTask.CompletedTask;
    }
}
