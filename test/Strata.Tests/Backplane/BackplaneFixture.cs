using Strata.Backplane;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>Two nodes on a clock that tests move, which publish on the thread that writes, and a shared tier behind both.</summary>
public abstract class BackplaneFixture : IDisposable
{
    private readonly List<IDisposable> _made = [];

    private protected BackplaneFixture()
    {
        Bus = new SimulatedBackplane(Time, seed: 1);
        Shared = new FaultyTier(Time, "shared");
        EndA = Bus.Join();
        EndB = Bus.Join();
        A = Create(EndA, 1);
        B = Create(EndB, 2);
        Deliver();
    }

    protected ManualTimeProvider Time { get; } = new();

    protected SimulatedBackplane Bus { get; }

    protected FaultyTier Shared { get; }

    protected SimulatedEndpoint EndA { get; }

    protected SimulatedEndpoint EndB { get; }

    protected TieredCache A { get; }

    protected TieredCache B { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected static BackplaneStatistics Of(TieredCache cache) => cache.GetBackplaneStatistics()!.Value;

    protected TieredCache Create(IBackplaneTransport transport, int id, Action<BackplaneOptions>? change = null, params ICacheTier[] own)
    {
        var backplane = new BackplaneOptions { Transport = transport, NodeId = (UInt128)id, Queue = static item => item.Execute() };
        change?.Invoke(backplane);
        var options = new TieredCacheOptions { CapacityBytes = 1 << 20, TimeProvider = Time, BackgroundMaintenance = false, Backplane = backplane };
        foreach (ICacheTier tier in own)
            options.Tiers.Add(tier);
        options.Tiers.Add(Shared);
        var cache = new TieredCache(options);
        _made.Add(cache);
        return cache;
    }

    /// <summary>Delivers all that is on the way, and what is said in answer.</summary>
    protected void Deliver()
    {
        while (Bus.DeliverDue() != 0)
        {
            // Until nobody has anything to say.
        }
    }

    /// <summary>Lets announcements go round.</summary>
    protected void Announce(int intervals = 1)
    {
        for (int i = 0; i < intervals; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Deliver();
        }
    }

    /// <summary>Waits for what other threads are about to do; a test that waits in vain ends by its own time limit.</summary>
    protected static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(1, Token);
    }

    public void Dispose()
    {
        foreach (IDisposable cache in _made)
            cache.Dispose();
        GC.SuppressFinalize(this);
    }
}
