using Strata.Entries;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Stacking;

/// <summary>A tier of one process that gets its values by a queue.</summary>
public sealed class WriteBehindTests() : StackFixture(TierTraits.Durable)
{
    private static readonly TierOptions s_behind = new() { WritesBehind = true };

    [Fact(Timeout = 30_000)]
    public async Task Set_WhileTheTierIsSlow_DoesNotWait()
    {
        TieredCache cache = Create(s_behind, policy: Through);
        Way.IsFrozen = true;
        Assert.True(cache.Set("k", 1));
        Assert.True(await cache.SetAsync("k", 2, cancellationToken: Token));
        Assert.True(cache.Set("other", 3));
        Assert.Null(Peek("k"));
        Assert.Equal(2, await ReadAsync(cache, "k"));
        Way.IsFrozen = false;
        Assert.True(await cache.FlushAsync(Token));
        Assert.Equal((2, 3), (Peek("k"), Peek("other")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Set_OfAKeyThatIsQueued_TakesItsPlace()
    {
        TieredCache cache = Create(s_behind);
        Way.IsPartitioned = true;
        for (int i = 0; i < 1_000; i++)
            Assert.True(cache.Set("k", i));
        Assert.Equal(1, cache.GetStatistics().TierPendingWrites);
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Equal(999, Peek("k"));
        Assert.Equal(1, Server.Writes);
    }

    [Fact(Timeout = 30_000)]
    public async Task Remove_OfAQueuedValue_WaitsForTheTier()
    {
        TieredCache cache = Create(s_behind);
        await cache.SetAsync("k", 1);
        await cache.FlushAsync(Token);
        Assert.Equal(1, Peek("k"));
        Way.IsFrozen = true;
        Assert.True(await cache.SetAsync("k", 2));
        Task<bool> removing = cache.RemoveAsync("k", Token).AsTask();
        Assert.Null(await ReadAsync(cache, "k"));
        Assert.False(removing.IsCompleted);
        Way.IsFrozen = false;
        Assert.True(await removing);
        Assert.Null(Peek("k"));
        Assert.Null(await ReadAsync(cache, "k"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Invalidation_AmongQueuedValues_KeepsItsPlace(bool isClear)
    {
        TieredCache cache = Create(s_behind, policy: Through);
        Way.IsFrozen = true;
        Assert.True(cache.Set("a:1", 1));
        Task invalidating = (isClear ? cache.ClearAsync(Token) : cache.RemoveByPrefixAsync("a:", Token)).AsTask();
        Assert.True(cache.Set("a:2", 2));
        Assert.Null(await ReadAsync(cache, "a:1"));
        Way.IsFrozen = false;
        await invalidating;
        Assert.True(await cache.FlushAsync(Token));
        Assert.Equal((null, 2), (Peek("a:1"), Peek("a:2")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Value_ForWhichThereIsNoRoom_IsRefusedAndNothingOlderIsRead()
    {
        TieredCache cache = Create(s_behind with { MaxPendingBytes = 64 << 10 }, policy: Through);
        Assert.True(cache.Set("k", 1));
        await cache.FlushAsync(Token);
        Way.IsFrozen = true;
        Assert.True(cache.Set("fill", new byte[60_000]));
        Assert.False(cache.Set("k", new byte[10_000]));
        Assert.Null(await ReadAsync(cache, "k"));
        Way.IsFrozen = false;
        await cache.FlushAsync(Token);
        Assert.Null(Peek("k"));
        Assert.Equal(1, cache.GetStatistics().TierDroppedWrites);
    }

    [Fact(Timeout = 30_000)]
    public async Task SetMany_OfManyEntries_ReachesTheTierInBatches()
    {
        TieredCache cache = Create(s_behind, policy: Through);
        using var entries = new EntryBatch();
        for (int i = 0; i < 1_000; i++)
            entries.Add($"k{i}", i);
        Assert.Equal(1_000, await cache.SetManyAsync(entries, cancellationToken: Token));
        Assert.True(await cache.FlushAsync(Token));
        Assert.All(Enumerable.Range(0, 1_000), i => Assert.Equal(i, Peek($"k{i}")));
    }

    [Fact(Timeout = 30_000)]
    public void Dispose_OfTheCache_WritesWhatIsQueued()
    {
        TieredCache cache = Create(s_behind);
        for (int i = 0; i < 500; i++)
            cache.Set($"k{i}", i);
        cache.Dispose();
        Assert.All(Enumerable.Range(0, 500), i => Assert.Equal(i, Peek($"k{i}")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Dispose_WhileTheTierHangs_EndsInTime()
    {
        TieredCache cache = Create(s_behind with { FlushTime = TimeSpan.FromSeconds(2) });
        Way.IsFrozen = true;
        cache.Set("k", 1);
        Task disposing = Task.Run(cache.Dispose, Token);
        while (!disposing.IsCompleted)
        {
            await Task.Delay(1, Token);
            Time.Advance(TimeSpan.FromMilliseconds(500));
        }

        await disposing;
        Assert.Null(Peek("k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Flush_OfATierThatFails_SaysSoAndLosesNothing()
    {
        TieredCache cache = Create(s_behind);
        Way.IsPartitioned = true;
        cache.Set("k", 1);
        Assert.False(await cache.FlushAsync(Token));
        CacheStatistics statistics = cache.GetStatistics();
        Assert.Equal(1, statistics.TierPendingWrites);
        Way.IsPartitioned = false;
        Assert.True(await cache.FlushAsync(Token));
        Assert.Equal(1, Peek("k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Value_AtWhichTheTierAlwaysFails_DoesNotHoldUpTheRest()
    {
        var picky = new PickyTier(Server);
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false };
        options.AddTier(picky, s_behind);
        using var cache = new TieredCache(options);
        cache.Set("bad", 1);
        for (int i = 0; i < 500; i++)
            cache.Set($"k{i}", i);
        await RecoverAsync(cache);
        Assert.Equal(499, Peek("k499"));
        Assert.Null(Peek("bad"));
        Assert.Equal(1, cache.GetStatistics().TierDroppedWrites);
    }
}
