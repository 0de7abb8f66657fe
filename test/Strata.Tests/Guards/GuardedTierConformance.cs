using Strata.Guards;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Tests.Guards;

/// <summary>A guard must not show in how a tier behaves that works.</summary>
public sealed class GuardedTierConformance : TierConformance<GuardedTier>
{
    private MemoryTier? _inner;

    protected override ValueTask<GuardedTier> CreateAsync(ManualTimeProvider time)
    {
        _inner = new MemoryTier(new MemoryTierOptions { CapacityBytes = 4 << 20, TimeProvider = time, BackgroundMaintenance = false });
        return new(new GuardedTier(_inner, new GuardOptions { TimeProvider = time }));
    }

    protected override ValueTask DestroyAsync(GuardedTier tier)
    {
        _inner?.Dispose();
        return ValueTask.CompletedTask;
    }
}
