using Strata.Telemetry;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Tests.Telemetry;

/// <summary>A watched tier is what it watches.</summary>
public sealed class WatchedTierTests : TierConformance<ICacheTier>
{
    private readonly UnheardMeters _meters = new();
    private MemoryTier? _watched;

    protected override ValueTask<ICacheTier> CreateAsync(ManualTimeProvider time)
    {
        _watched = new MemoryTier(new MemoryTierOptions { CapacityBytes = 4 << 20, TimeProvider = time, BackgroundMaintenance = false });
        var options = new TieredCacheOptions { TimeProvider = time, MeterFactory = _meters, Tiers = { _watched } };
        _meters.Listen();
        return new(new CacheTelemetry(options).Watch(options.Tiers[0], 0));
    }

    protected override ValueTask DestroyAsync(ICacheTier tier)
    {
        _watched!.Dispose();
        _meters.Dispose();
        return ValueTask.CompletedTask;
    }
}
