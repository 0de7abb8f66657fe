using Strata.TestKit;
using Strata.TestKit.Tiers;
using Xunit;

namespace Strata.Tests;

/// <summary>A small cache on a clock that tests move, with or without a tier behind it.</summary>
public abstract class CacheFixture : IDisposable
{
    private protected CacheFixture(int tiersBehind = 0)
    {
        Behind = [.. Enumerable.Range(1, tiersBehind).Select(i => new FaultyTier(Time, $"behind{i}"))];
        Cache = Create();
    }

    protected ManualTimeProvider Time { get; } = new();

    protected FaultyTier[] Behind { get; }

    protected TieredCache Cache { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected TieredCache Create(TimeSpan? defaultTtl = null)
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, DefaultTtl = defaultTtl };
        foreach (FaultyTier tier in Behind)
            options.Tiers.Add(tier);
        return new TieredCache(options);
    }

    /// <summary>Waits for what other threads are about to do; a test that waits in vain ends by its own time limit.</summary>
    protected static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(1, Token);
    }

    public void Dispose()
    {
        Cache.Dispose();
        GC.SuppressFinalize(this);
    }
}
