using Strata.Entries;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Invalidation;

/// <summary>What was invalidated does not come back from the tiers behind.</summary>
public sealed class InvalidationOfTiersTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly SlowTier _near;
    private readonly SlowTier _far;
    private readonly TieredCache _cache;

    public InvalidationOfTiersTests()
    {
        _near = new SlowTier(_time);
        _far = new SlowTier(_time);
        _cache = Create(_near, _far);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<TieredCache, ValueTask>> Invalidations => new()
    {
        { "tag", static cache => cache.RemoveByTagAsync("t", Token) },
        { "all tags", static cache => cache.RemoveByAllTagsAsync(["t", "u"], Token) },
        { "prefix", static cache => cache.RemoveByPrefixAsync("p:", Token) },
        { "pattern", static cache => cache.RemoveByPatternAsync("*:k", Token) },
        { "tag, blocking", static cache => Do(() => cache.RemoveByTag("t")) },
        { "prefix, blocking", static cache => Do(() => cache.RemoveByPrefix("p")) },
    };

    public void Dispose()
    {
        _cache.Dispose();
        _near.Dispose();
        _far.Dispose();
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Invalidations), DisableDiscoveryEnumeration = true)]
    public async Task Invalidation_OfEntriesInEveryTier_LeavesNone(string what, Func<TieredCache, ValueTask> invalidate)
    {
        await _cache.SetAsync("p:k", 1, Tagged("t", "u"), Token);
        await _cache.SetAsync("other", 1, Tagged("u"), Token);
        await invalidate(_cache);
        Assert.False(_cache.TryGet("p:k", out int _), what);
        Assert.True(_cache.TryGet("other", out int _), what);
        Assert.Equal((false, false, true, true), (_near.Has("p:k"), _far.Has("p:k"), _near.Has("other"), _far.Has("other")));
    }

    /// <summary>Brought forward from the last tier, the value is in tiers that were never told its tags.</summary>
    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Invalidations), DisableDiscoveryEnumeration = true)]
    public async Task Invalidation_OfAValueThatWasBroughtForward_LeavesNone(string what, Func<TieredCache, ValueTask> invalidate)
    {
        using (TieredCache writer = Create(_far))
            writer.Set("p:k", 1, Tagged("t", "u"));
        Assert.True(_cache.TryGet("p:k", out int _));
        Assert.True(_near.Has("p:k"));
        await invalidate(_cache);
        Assert.False(_cache.TryGet("p:k", out int _), what);
        Assert.False(_near.Has("p:k"), what);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Invalidations), DisableDiscoveryEnumeration = true)]
    public async Task Invalidation_DuringAReadOfATier_IsNotUndoneByItsPromotion(string what, Func<TieredCache, ValueTask> invalidate)
    {
        using (TieredCache writer = Create(_far))
            writer.Set("p:k", 1, Tagged("t", "u"));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _far.ReadsWaitFor = gate.Task;
        Task<CacheResult<int>> read = _cache.TryGetAsync<int>("p:k", Token).AsTask();
        await invalidate(_cache);
        gate.SetResult();
        Assert.True((await read).IsHit, what);
        Assert.False(_cache.TryGet("p:k", out int _), what);
        Assert.False(_near.Has("p:k"), what);
    }

    /// <summary>A read that begins while the tiers are being invalidated may still see the value, and must not keep it: neither in memory, nor in a tier that was invalidated already.</summary>
    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Invalidations), DisableDiscoveryEnumeration = true)]
    public async Task Invalidation_AReadBeginsWhileATierIsInvalidated_IsNotUndone(string what, Func<TieredCache, ValueTask> invalidate)
    {
        using (TieredCache writer = Create(_far))
            writer.Set("p:k", 1, Tagged("t", "u"));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _far.InvalidationsWaitFor = gate.Task;
        Task invalidation = Task.Run(async () => await invalidate(_cache), Token);
        while (_cache.GetStatistics().PendingInvalidations == 0)
            await Task.Delay(1, Token);
        Assert.True(_cache.TryGet("p:k", out int _));
        gate.SetResult();
        await invalidation;
        Assert.False(_near.Has("p:k"), what);
        Assert.False(_cache.TryGet("p:k", out int _), what);
    }

    [Fact(Timeout = 30_000)]
    public async Task RemoveByTag_WhileALoadWritesToATier_WaitsForIt()
    {
        var faulty = new FaultyTier(_time);
        using TieredCache cache = Create(faulty);
        Task<int> load = cache.GetOrAddAsync("k", faulty, static async (tier, _) =>
        {
            await Task.Yield();
            tier.Hold();
            return 1;
        }, Tagged("t"), Token).AsTask();
        while (faulty.Writes == 0)
            await Task.Delay(1, Token);
        Task removal = cache.RemoveByTagAsync("t", Token).AsTask();
        Assert.False(removal.IsCompleted);
        faulty.Release();
        await removal;
        await load;
        Assert.Equal(0, faulty.Count);
        Assert.False(cache.TryGet("k", out int _));
    }

    /// <summary>A load that is not for memory is not written to the tiers either.</summary>
    [Fact(Timeout = 30_000)]
    public async Task RemoveByTag_DuringALoadThatIsForTheTiersAlone_Wins()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new EntryOptions { Policy = new EntryPolicy { Access = TierAccess.SkipMemoryWrite } };
        Task<int> load = _cache.GetOrAddAsync("k", gate.Task, static async (gate, load) =>
        {
            await gate;
            load.Options = load.Options with { Tags = ["t"] };
            return 1;
        }, options, Token).AsTask();
        await _cache.RemoveByTagAsync("t", Token);
        gate.SetResult();
        Assert.Equal(1, await load);
        Assert.Equal((false, false), (_near.Has("k"), _far.Has("k")));
    }

    [Fact(Timeout = 30_000)]
    public async Task RemoveByTag_WithATierThatCannotTellEntriesApart_ClearsIt()
    {
        var faulty = new FaultyTier(_time);
        using TieredCache cache = Create(faulty);
        cache.Set("k", 1, Tagged("t"));
        cache.Set("other", 1);
        await cache.RemoveByTagAsync("t", Token);
        Assert.Equal(0, faulty.Count);
        Assert.False(cache.TryGet("k", out int _));
        Assert.True(cache.TryGet("other", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task RemoveByTag_WithATierThatFails_IsCountedAndDoneInMemory()
    {
        var faulty = new FaultyTier(_time);
        using TieredCache cache = Create(faulty);
        cache.Set("k", 1, Tagged("t"));
        faulty.ReadFault = TierReadStatus.Faulted;
        faulty.WriteFault = TierWriteStatus.Faulted;
        cache.RemoveByTag("t");
        faulty.Throws = new IOException();
        await cache.RemoveByPrefixAsync("x", Token);
        Assert.Equal(2, cache.GetStatistics().TierFaults);
        Assert.False(cache.TryGet("k", out int _));
    }

    private static ValueTask Do(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }

    private static EntryOptions Tagged(params string[] tags) => new() { Tags = [.. tags] };

    private TieredCache Create(params ICacheTier[] tiers)
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = _time, BackgroundMaintenance = false };
        foreach (ICacheTier tier in tiers)
            options.Tiers.Add(tier);
        return new TieredCache(options);
    }
}
