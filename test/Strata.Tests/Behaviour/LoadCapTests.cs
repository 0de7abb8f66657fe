using Strata.Entries;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class LoadCapTests : CacheFixture
{
    [Fact(Timeout = 30_000)]
    public async Task MaxConcurrentLoads_FurtherLoadsWaitForTheirTurn()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, MaxConcurrentLoads = 2 });
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int running = 0, most = 0;
        Task<int>[] loads = [.. Enumerable.Range(0, 20).Select(i => cache.GetOrAddAsync($"k{i}", async _ =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await gate.Task;
            Interlocked.Decrement(ref running);
            return 1;
        }).AsTask())];
        await UntilAsync(() => Volatile.Read(ref running) == 2);
        gate.SetResult();
        await Task.WhenAll(loads);
        Assert.Equal(2, most);
        Assert.Equal(20, cache.GetStatistics().Loads);
    }

    [Fact(Timeout = 30_000)]
    public async Task MaxConcurrentLoads_OfOne_LetsALoadInsideALoadRun()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, MaxConcurrentLoads = 1 });
        int value = await cache.GetOrAddAsync("outer", cache, static async (c, _) => 1 + await c.GetOrAddAsync("inner", static _ => new ValueTask<int>(1)));
        Assert.Equal(2, value);
    }

    [Fact(Timeout = 30_000)]
    public async Task MaxConcurrentLoads_CallerThatLeavesWhileWaiting_TakesNoTurn()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, MaxConcurrentLoads = 1 });
        var gate = new TaskCompletionSource<int>();
        Task<int> first = cache.GetOrAddAsync("a", _ => new ValueTask<int>(gate.Task)).AsTask();
        using var source = new CancellationTokenSource();
        Task<int> second = cache.GetOrAddAsync("b", static _ => new ValueTask<int>(2), default, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.SetResult(1);
        Assert.Equal(1, await first);
        Assert.Equal(3, await cache.GetOrAddAsync("c", static _ => new ValueTask<int>(3)));
    }

    [Fact]
    public void MaxConcurrentLoads_Negative_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new TieredCache(new() { MaxConcurrentLoads = -1 }));

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (seen < value && Interlocked.CompareExchange(ref target, value, seen) is int now && now != seen)
            seen = now;
    }

    [Fact(Timeout = 30_000)]
    public async Task MaxConcurrentLoads_LoadThatWaitsForAnotherLoad_GivesItsTurnBack()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, MaxConcurrentLoads = 1 });
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> outer = cache.GetOrAddAsync("a", (cache, go), static async (s, _) =>
        {
            await s.go.Task;
            return await s.cache.GetOrAddAsync("b", static _ => new ValueTask<int>(2));
        }).AsTask();
        Task<int> waiting = cache.GetOrAddAsync("b", static _ => new ValueTask<int>(3)).AsTask();
        go.SetResult();
        int[] values = await Task.WhenAll(outer, waiting);
        Assert.Equal([3, 3], values);
    }

    [Fact(Timeout = 30_000)]
    public async Task MaxConcurrentLoads_HungLoadPastItsDeadline_HoldsNoTurn()
    {
        using var cache = new TieredCache(new()
        {
            CapacityBytes = 4 << 20,
            MaxConcurrentLoads = 1,
            TimeProvider = Time,
            BackgroundMaintenance = false,
            DefaultPolicy = new EntryPolicy { HardDeadline = TimeSpan.FromMilliseconds(100) },
        });
        var never = new TaskCompletionSource<int>();
        Task<int> hung = cache.GetOrAddAsync("a", _ => new ValueTask<int>(never.Task)).AsTask();
        Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => hung);
        Assert.Equal(2, await cache.GetOrAddAsync("b", static _ => new ValueTask<int>(2)));
    }

    [Fact(Timeout = 30_000)]
    public async Task MaxConcurrentLoads_InsideALoadOfAnotherCache_Counts()
    {
        using var inner = new TieredCache(new() { CapacityBytes = 4 << 20, MaxConcurrentLoads = 1 });
        int now = 0, most = 0;
        Task<int>[] all = [.. Enumerable.Range(0, 8).Select(i => Cache.GetOrAddAsync($"o{i}", async _ => await inner.GetOrAddAsync($"i{i}", async _ =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
            return i;
        })).AsTask())];
        await Task.WhenAll(all);
        Assert.Equal(1, most);
    }
}
