using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Telemetry;
using Xunit;

namespace Strata.Tests.Telemetry;

/// <summary>A cache whose instruments, log and events the test sees, and no other test.</summary>
public abstract class TelemetryFixture : IDisposable
{
    private protected const string Requests = "dotnet.cache.requests";

    private readonly List<TieredCache> _caches = [];

    protected TelemetryFixture()
    {
        Behind = new FaultyTier(Time, "behind");
        Name = $"{GetType().Name} {Guid.NewGuid():N}";
    }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Name { get; }

    protected ManualTimeProvider Time { get; } = new();

    protected FaultyTier Behind { get; }

    private protected OwnMeters Meters { get; } = new();

    private protected CollectedLog Log { get; } = new();

    private protected TieredCache Create(Action<TieredCacheOptions>? change = null, bool hasTier = false)
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, Name = Name, MeterFactory = Meters, LoggerFactory = Log };
        if (hasTier)
            options.Tiers.Add(Behind);
        change?.Invoke(options);
        _caches.Add(new TieredCache(options));
        return _caches[^1];
    }

    /// <summary>Waits for what other threads are about to do; a test that waits in vain ends by its own time limit.</summary>
    protected static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(1, Token);
    }

    public void Dispose()
    {
        _caches.ForEach(static cache => cache.Dispose());
        Meters.Dispose();
        GC.SuppressFinalize(this);
    }
}
