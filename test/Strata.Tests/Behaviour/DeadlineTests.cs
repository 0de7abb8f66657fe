using Strata.TestKit.Tiers;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class DeadlineTests : CacheFixture
{
    private static readonly EntryPolicy Hard = new() { Ttl = TimeSpan.FromMinutes(1), HardDeadline = TimeSpan.FromMilliseconds(100) };
    private static readonly EntryPolicy Soft = new() { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(10), SoftDeadline = TimeSpan.FromMilliseconds(50) };
    private readonly TaskCompletionSource<int> _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_PastHardDeadline_FailsAllWhoWaitAndFreesTheKey()
    {
        CancellationToken seen = default;
        Task<int> leader = Cache.GetOrAddAsync("k", load =>
        {
            seen = load.CancellationToken;
            return new ValueTask<int>(_never.Task);
        }, Hard).AsTask();
        Task<int> joiner = Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(0), Hard).AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(100));
        TimeoutException exception = await Assert.ThrowsAsync<TimeoutException>(() => leader);
        Assert.Contains("00:00:00.1", exception.Message);
        await Assert.ThrowsAsync<TimeoutException>(() => joiner);
        Assert.True(seen.IsCancellationRequested);
        Assert.Equal(2, await Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(2), Hard));
        Assert.Equal(1, Cache.GetStatistics().LoadsTimedOut);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_LateValueAfterHardDeadline_IsNotKept()
    {
        Task<int> leader = Cache.GetOrAddAsync("k", _ => new ValueTask<int>(_never.Task), Hard).AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<TimeoutException>(() => leader);
        _never.SetResult(1);
        await UntilAsync(() => Cache.GetStatistics().LoadsNotKept == 1);
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_PastHardDeadlineWithStaleValue_ServesIt()
    {
        EntryPolicy policy = Hard with { StaleGrace = TimeSpan.FromMinutes(10) };
        Cache.Set("k", 1, policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        Task<int> leader = Cache.GetOrAddAsync("k", _ => new ValueTask<int>(_never.Task), policy).AsTask();
        Task<int> joiner = Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(0), policy).AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, await leader);
        Assert.Equal(1, await joiner);
        Assert.Equal(2, Cache.GetStatistics().StaleServed);

        // For the retry delay the stale value is served without another try.
        Assert.Equal(1, await Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(3), policy));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_SynchronousFactoryPastHardDeadline_DoesNotHoldOthers()
    {
        using var release = new ManualResetEventSlim();
        using var inside = new ManualResetEventSlim();
        Task<int> stuck = Task.Run(() => Cache.GetOrAdd("k", (inside, release), static (gates, _) =>
        {
            gates.inside.Set();
            gates.release.Wait();
            return 1;
        }, Hard));
        inside.Wait(Token);
        Task<int> joiner = Task.Run(() => Cache.GetOrAdd("k", static _ => 0, Hard));
        await UntilAsync(() => Cache.GetStatistics().JoinedLoads == 1);
        Time.Advance(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<TimeoutException>(() => joiner);
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2, Hard));
        release.Set();
        Assert.Equal(1, await stuck);
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(2, kept);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_PastSoftDeadline_ServesStaleAndLoadsOn()
    {
        Cache.Set("k", 1, Soft);
        Time.Advance(TimeSpan.FromMinutes(2));
        Task<int> leader = Cache.GetOrAddAsync("k", _ => new ValueTask<int>(_never.Task), Soft).AsTask();
        Task<int> joiner = Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(0), Soft).AsTask();
        Assert.False(leader.IsCompleted);
        Time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, await leader);
        Assert.Equal(1, await joiner);
        _never.SetResult(2);
        await UntilAsync(() => Cache.TryGet("k", out int value) && value == 2);
        Assert.Equal(1, Cache.GetStatistics().Loads);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_PastSoftDeadlineWithoutStaleValue_Waits()
    {
        Task<int> leader = Cache.GetOrAddAsync("k", _ => new ValueTask<int>(_never.Task), Soft).AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.False(leader.IsCompleted);
        _never.SetResult(2);
        Assert.Equal(2, await leader);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_CancelledWhileADeadlineRuns_LeavesAtOnce()
    {
        using var source = new CancellationTokenSource();
        Task<int> leader = Cache.GetOrAddAsync("k", _ => new ValueTask<int>(_never.Task), Hard, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.Equal(3, await Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(3), Hard));
        Assert.Equal(0, Cache.GetStatistics().LoadsTimedOut);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_JoinedToALoadWithoutDeadline_HasItsOwn()
    {
        Task<int> hung = Cache.GetOrAddAsync("k", _ => new ValueTask<int>(_never.Task)).AsTask();
        Task<int> joiner = Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(1), Hard).AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<TimeoutException>(() => joiner);
        _never.SetResult(7);
        Assert.Equal(7, await hung);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_WhileTiersAreWritten_HasNoDeadline()
    {
        var behind = new FaultyTier(Time, "behind");
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, Tiers = { behind }, DefaultPolicy = Hard });
        Task<int> load = cache.GetOrAddAsync("k", behind, static (tier, _) =>
        {
            tier.Hold();
            return new ValueTask<int>(1);
        }).AsTask();
        Time.Advance(TimeSpan.FromSeconds(1));
        behind.Release();
        Assert.Equal(1, await load);
        Assert.Equal(0, cache.GetStatistics().LoadsTimedOut);
    }
}
