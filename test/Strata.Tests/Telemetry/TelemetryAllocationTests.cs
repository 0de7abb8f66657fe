using System.Diagnostics;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests.Telemetry;

/// <summary>What a watched hit allocates, timed reads among them.</summary>
public sealed class TelemetryAllocationTests : IDisposable
{
    private readonly UnheardMeters _meters = new();
    private readonly TieredCache _cache;

    public TelemetryAllocationTests() => _cache = new(new() { CapacityBytes = 4 << 20, BackgroundMaintenance = false, MeterFactory = _meters });

    [Fact]
    public void Hit_WithListeners_AllocatesNothing()
    {
        using var activities = new ActivityListener { ShouldListenTo = static source => source.Name == "Strata", Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(activities);
        _meters.Listen();
        _cache.Set("k", 5L);
        Assert.True(Allocation.OfCalls(() => _cache.TryGet("k"u8, out long _) && _cache.GetOrAdd("k", 9, static (_, _) => 0L) == 5, out long bytes));
        Assert.Equal(0, bytes);
        Assert.True(_meters.Count > 1, "no read was timed");
    }

    public void Dispose()
    {
        _cache.Dispose();
        _meters.Dispose();
    }
}
