using Strata.Entries;
using Strata.Guards;
using Strata.Payloads;
using Strata.Stacking;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Strata.Tiers.Chaos;
using Xunit;

namespace Strata.Tests.Stacking;

/// <summary>A server that other nodes write to, too, and one node's way to it, which can fail.</summary>
public abstract class StackFixture : IDisposable
{
    /// <summary>Keeps nothing in memory, so that every read asks the tiers.</summary>
    protected static readonly EntryPolicy Through = new() { Access = TierAccess.SkipMemoryRead | TierAccess.SkipMemoryWrite };

    private readonly List<TieredCache> _caches = [];

    private protected StackFixture(TierTraits traits = TierTraits.Shared)
    {
        Server = new FaultyTier(Time, "server", traits);
        Way = new ChaosTier(Server, new ChaosOptions { TimeProvider = Time });
    }

    protected ManualTimeProvider Time { get; } = new();

    protected FaultyTier Server { get; }

    protected ChaosTier Way { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Way.IsFrozen = false;
        _caches.ForEach(static cache => cache.Dispose());
        GC.SuppressFinalize(this);
    }

    private protected TieredCache Create(TierOptions? tier = null, GuardOptions? guard = null, EntryPolicy? policy = null)
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, DefaultPolicy = policy, Guard = guard ?? new GuardOptions() };
        options.AddTier(Way, tier ?? new TierOptions());
        _caches.Add(new TieredCache(options));
        return _caches[^1];
    }

    /// <summary>Waits for what other threads are about to do; a test that waits in vain ends by its own time limit.</summary>
    protected static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
            await Task.Delay(1, Token);
    }

    /// <summary>Lets time pass until a call that may have to be given up has ended.</summary>
    protected async Task<T> PassAsync<T>(Task<T> task)
    {
        for (int i = 0; !task.IsCompleted; i++)
        {
            await Task.Yield();
            if (i < 20)
                continue;
            await Task.Delay(1, Token);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        return await task;
    }

    /// <summary>Lets time pass until everything was told to the tiers that they lacked.</summary>
    protected async Task RecoverAsync(TieredCache cache)
    {
        while (cache.GetStatistics().TierPendingWrites > 0)
        {
            await PassAsync(cache.FlushAsync(Token).AsTask());
            Time.Advance(TimeSpan.FromMilliseconds(250));
        }
    }

    /// <summary>What the server has, as a number; <c>null</c> for nothing.</summary>
    protected int? Peek(string key) => Server.Peek(System.Text.Encoding.UTF8.GetBytes(key)) is { } bytes ? BitConverter.ToInt32(bytes) : null;

    protected async Task WriteElsewhereAsync(string key, int value) => await Server.SetAsync(System.Text.Encoding.UTF8.GetBytes(key), new(BitConverter.GetBytes(value)), default, Token);

    private protected static async Task<int?> ReadAsync(TieredCache cache, string key)
    {
        CacheResult<int> read = await cache.TryGetAsync<int>(key, Token);
        return read.IsHit ? read.Value : null;
    }
}
