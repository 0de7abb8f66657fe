using Strata.Tiers;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Flights;

/// <summary>Loads that would wait for themselves are told so.</summary>
public sealed class ReentrancyTests : CacheFixture
{
    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfItsOwnKey_ThrowsAndLeavesTheCacheWorking()
    {
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() =>
            Cache.GetOrAdd("key:1", Cache, static (cache, _) => cache.GetOrAdd("key:1", static _ => 1)));
        Assert.Contains("5 bytes", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("key:1", exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Cache.GetOrAddAsync("key:1", Cache, static async (cache, _) =>
        {
            await Task.Yield();
            return await cache.GetOrAddAsync("key:1", static _ => ValueTask.FromResult(1)).ConfigureAwait(false);
        }));
        Assert.Equal(3, Cache.GetOrAdd("key:1", static _ => 3));
    }

    [Fact(Timeout = 30_000)]
    public void GetOrAdd_OfItsOwnKeyOnAnotherThread_Throws() =>
        Assert.Throws<InvalidOperationException>(() =>
            Cache.GetOrAdd("k", Cache, static (cache, _) => Task.Run(() => cache.GetOrAdd("k", static _ => 1)).GetAwaiter().GetResult()));

    [Fact(Timeout = 30_000)]
    public void GetOrAdd_OfItsOwnKeyByWayOfAnother_Throws() =>
        Assert.Throws<InvalidOperationException>(() =>
            Cache.GetOrAdd("a", Cache, static (cache, _) => cache.GetOrAdd("b", cache, static (inner, _) => inner.GetOrAdd("a", static _ => 1))));

    [Fact(Timeout = 30_000)]
    public void GetOrAdd_OfItsOwnKeyAfterARemoval_Throws() =>
        Assert.Throws<InvalidOperationException>(() => Cache.GetOrAdd("k", Cache, static (cache, _) =>
        {
            cache.Remove("k");
            return cache.GetOrAdd("k", static _ => 1);
        }));

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfTwoLoadsThatWaitForEachOther_ThrowsInOneOfThem()
    {
        var bothStarted = new Barrier(2);
        Task<int> a = Task.Run(() => Cache.GetOrAdd("a", (Cache, bothStarted), static (s, _) => Ask(s, "b")));
        Task<int> b = Task.Run(() => Cache.GetOrAdd("b", (Cache, bothStarted), static (s, _) => Ask(s, "a")));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(a, b));
        bothStarted.Dispose();
        Assert.Equal(1, Cache.GetOrAdd("a", static _ => 1));
        Assert.Equal(1, Cache.GetOrAdd("b", static _ => 1));

        static int Ask((TieredCache Cache, Barrier BothStarted) s, string other)
        {
            s.BothStarted.SignalAndWait();
            return s.Cache.GetOrAdd(other, static _ => 1);
        }
    }

    [Fact(Timeout = 30_000)]
    public void GetOrAdd_OfTheSameKeyInAnotherCache_IsNoReentrancy()
    {
        using TieredCache other = Create();
        Assert.Equal(2, Cache.GetOrAdd("k", other, static (inner, _) => inner.GetOrAdd("k", static _ => 1) + 1));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_FromAFlowThatOutlivesItsLoad_IsNoReentrancy()
    {
        var landed = new TaskCompletionSource();
        Task<int>? later = null;
        Cache.GetOrAdd("k", _ =>
        {
            later = Task.Run(async () =>
            {
                await landed.Task;
                Cache.Remove("k");
                return Cache.GetOrAdd("k", static _ => 2);
            });
            return 1;
        });
        landed.SetResult();
        Assert.Equal(2, await later!);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfManyLoadsThatAskForOneAnotherDownwards_NeverFails()
    {
        Task<int>[] callers = [.. Enumerable.Range(0, 40).Select(i => Task.Run(() => SumAsync(Cache, 12 - i % 12).AsTask()))];
        await Task.WhenAll(callers);

        static ValueTask<int> SumAsync(TieredCache cache, int n) => cache.GetOrAddAsync($"sum:{n}", (cache, n), static async (s, _) =>
        {
            await Task.Yield();
            return s.n <= 1 ? 1 : await SumAsync(s.cache, s.n - 1) + await SumAsync(s.cache, s.n / 2);
        });
    }

    [Fact(Timeout = 30_000)]
    public async Task TryGetAsync_OfItsOwnKeyInAFactory_MissesWithTiersToo()
    {
        using var behind = new MemoryTier(new() { CapacityBytes = 1 << 20 });
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, Tiers = { behind } });
        Assert.Equal(5, await cache.GetOrAddAsync("k", cache, static async (c, _) => (await c.TryGetAsync<int>("k")).IsHit ? 1 : 5));
    }
}
