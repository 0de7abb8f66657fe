using Strata.Backplane;
using Strata.Entries;
using Strata.Guards;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Stacking;

/// <summary>What is written while a shared tier cannot be reached, and what other nodes write there meanwhile.</summary>
public sealed class RecoveryTests : StackFixture
{
    [Fact(Timeout = 30_000)]
    public async Task Set_DuringAnOutage_ReachesTheTierAfterIt()
    {
        TieredCache cache = Create();
        Assert.True(await cache.SetAsync("k", 1));
        Way.IsPartitioned = true;
        Assert.False(await cache.SetAsync("k", 2));
        Assert.Equal(1, Peek("k"));
        Assert.Equal(1, cache.GetStatistics().TierPendingWrites);
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Equal(2, Peek("k"));
        Assert.Equal(1, cache.GetStatistics().TierReplayedWrites);
    }

    [Fact(Timeout = 30_000)]
    public async Task Outage_ThatEnds_IsMadeUpForWithoutAnyCall()
    {
        TieredCache cache = Create();
        Way.IsPartitioned = true;
        await cache.SetAsync("k", 2);
        Way.IsPartitioned = false;
        Time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => Peek("k") == 2);
    }

    [Fact(Timeout = 30_000)]
    public async Task Read_BeforeTheReplay_BringsNoOlderValue()
    {
        TieredCache cache = Create(policy: Through);
        await cache.SetAsync("set", 1);
        await cache.SetAsync("removed", 1);
        await cache.SetAsync("untouched", 1);
        Way.IsPartitioned = true;
        await cache.SetAsync("set", 2);
        await cache.RemoveAsync("removed");
        Way.IsPartitioned = false;
        Assert.Null(await ReadAsync(cache, "set"));
        Assert.Null(await ReadAsync(cache, "removed"));
        Assert.Equal(1, await ReadAsync(cache, "untouched"));
        using (var keys = new KeyBatch())
        using (var values = new ValueBatch())
        {
            foreach (string key in (string[])["set", "untouched", "removed", "untouched"])
                keys.Add(key);
            await cache.TryGetManyAsync(keys, values, Token);
            Assert.Equal([false, true, false, true], Enumerable.Range(0, 4).Select(values.IsHit));
        }

        await RecoverAsync(cache);
        Assert.Equal(2, await ReadAsync(cache, "set"));
        Assert.Null(await ReadAsync(cache, "removed"));
        Assert.Null(Peek("removed"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("tag")]
    [InlineData("prefix")]
    [InlineData("pattern")]
    [InlineData("clear")]
    public async Task Invalidation_DuringAnOutage_IsInForceBeforeAndAfterTheReplay(string kind)
    {
        TieredCache cache = Create(policy: Through);
        var tagged = new EntryOptions { Tags = ["t"] };
        await cache.SetAsync("a:1", 1, tagged);
        await cache.SetAsync("b:1", 1);
        Way.IsPartitioned = true;
        await (kind switch
        {
            "tag" => cache.RemoveByTagAsync("t"),
            "prefix" => cache.RemoveByPrefixAsync("a:"),
            "pattern" => cache.RemoveByPatternAsync("a*"),
            _ => cache.ClearAsync(),
        });
        await cache.SetAsync("a:2", 2, tagged);
        Way.IsPartitioned = false;
        Assert.Null(await ReadAsync(cache, "a:1"));
        Assert.Equal(kind is "prefix" or "pattern" ? 1 : null, await ReadAsync(cache, "b:1"));
        await RecoverAsync(cache);
        Assert.Null(Peek("a:1"));
        Assert.Null(Peek("a:2"));
        Assert.True(await cache.SetAsync("a:2", 3, tagged));
        Assert.Equal(3, await ReadAsync(cache, "a:2"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Set_OlderThanWhatAnotherNodeWrote_IsReadNoMore()
    {
        TieredCache cache = Create();
        Way.IsPartitioned = true;
        await cache.SetAsync("k", 1);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await WriteElsewhereAsync("k", 2);
        Way.IsPartitioned = false;
        Assert.Equal(1, await ReadAsync(cache, "k"));
        await RecoverAsync(cache);
        Assert.Null(Peek("k"));
        Assert.Null(await ReadAsync(cache, "k"));
        Assert.Equal(1, cache.GetStatistics().TierSuperseded);
    }

    [Fact(Timeout = 30_000)]
    public async Task Replay_AfterAWriteOfTheSameNode_BringsNoOlderValue()
    {
        TieredCache cache = Create();

        // The server's clock is ahead.
        for (int i = 0; i < 10; i++)
            await WriteElsewhereAsync($"other:{i}", i);
        Assert.True(await cache.SetAsync("k", 1));
        Way.IsPartitioned = true;
        Assert.False(await cache.SetAsync("k", 2));
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Null(Peek("k"));
        Assert.Null(await ReadAsync(cache, "k"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("tag")]
    [InlineData("prefix")]
    [InlineData("clear")]
    public async Task Replay_AfterAnotherNodeInvalidated_BringsNothingBack(string kind)
    {
        var backplane = new InProcessBackplane();
        using TieredCache here = new(OfNode(Way, backplane));
        using TieredCache there = new(OfNode(Server, backplane));
        Way.IsPartitioned = true;
        await here.SetAsync("k", 1, new EntryOptions { Tags = ["t"] });
        Assert.Equal(1, here.GetStatistics().TierPendingWrites);
        long received = here.GetBackplaneStatistics()!.Value.ReceivedChanges;
        await (kind switch
        {
            "tag" => there.RemoveByTagAsync("t"),
            "prefix" => there.RemoveByPrefixAsync("k"),
            _ => there.ClearAsync(),
        });
        await UntilAsync(() => here.GetBackplaneStatistics()!.Value.ReceivedChanges > received);
        Way.IsPartitioned = false;
        await RecoverAsync(here);
        Assert.Null(await ReadAsync(there, "k"));
        Assert.Null(await ReadAsync(here, "k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Set_NewerThanWhatAnotherNodeWrote_Wins()
    {
        TieredCache cache = Create();
        Way.IsPartitioned = true;
        await cache.SetAsync("k", 1);
        await WriteElsewhereAsync("k", 2);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await cache.SetAsync("k", 3);
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Equal(3, Peek("k"));
        Assert.Equal(3, await ReadAsync(cache, "k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Remove_DuringAnOutage_RemovesWhateverIsThere()
    {
        TieredCache cache = Create();
        Way.IsPartitioned = true;
        await cache.RemoveAsync("k");
        await WriteElsewhereAsync("k", 2);
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Null(Peek("k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Outage_WithMoreKeysThanAreRemembered_EndsWithAClear()
    {
        TieredCache cache = Create(new TierOptions { MaxPendingKeys = 3 }, policy: Through);
        for (int i = 0; i < 10; i++)
            await cache.SetAsync($"k{i}", 1);
        Way.IsPartitioned = true;
        for (int i = 0; i < 6; i++)
            await cache.SetAsync($"k{i}", 2);
        Assert.InRange(cache.GetStatistics().TierPendingWrites, 1, 4);
        Way.IsPartitioned = false;
        for (int i = 0; i < 10; i++)
            Assert.Null(await ReadAsync(cache, $"k{i}"));
        await RecoverAsync(cache);
        for (int i = 0; i < 10; i++)
            Assert.NotEqual(1, await ReadAsync(cache, $"k{i}"));
        Assert.Null(Peek("k9"));
        Assert.True(await cache.SetAsync("k9", 3));
        Assert.Equal(3, await ReadAsync(cache, "k9"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Outage_WithMoreRulesThanAreRemembered_EndsWithAClear()
    {
        TieredCache cache = Create();
        await cache.SetAsync("other", 1);
        Way.IsPartitioned = true;
        for (int i = 0; i < 100; i++)
            await cache.RemoveByPrefixAsync($"p{i}:");
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Null(Peek("other"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Value_ForWhichThereIsNoRoom_IsDroppedAndItsKeyRemoved()
    {
        TieredCache cache = Create(new TierOptions { MaxPendingBytes = 64 << 10 }, policy: Through);
        await cache.SetAsync("long", new byte[10]);
        await cache.SetAsync("short", 1);
        Way.IsPartitioned = true;
        await cache.SetAsync("long", new byte[100_000]);
        await cache.SetAsync("short", 2);
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Null(Server.Peek("long"u8));
        Assert.Equal(2, Peek("short"));
        Assert.Equal(1, cache.GetStatistics().TierDroppedWrites);
    }

    [Fact(Timeout = 30_000)]
    public async Task Value_WhoseTimeEndsInTheOutage_IsRemoved()
    {
        TieredCache cache = Create();
        await cache.SetAsync("k", 1);
        Way.IsPartitioned = true;
        await cache.SetAsync("k", 2, TimeSpan.FromSeconds(10));
        await cache.SetAsync("longer", 2, TimeSpan.FromSeconds(30));
        Time.Advance(TimeSpan.FromSeconds(20));
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Null(Peek("k"));
        Assert.Equal(2, Peek("longer"));
        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(Peek("longer"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Set_ThatLandsAfterItWasGivenUp_BringsNothingBack()
    {
        TieredCache cache = Create(policy: Through);
        await cache.SetAsync("k", 1);
        Way.IsFrozen = true;
        Assert.False(await PassAsync(cache.SetAsync("k", 2).AsTask()));
        Task<bool> removing = cache.RemoveAsync("k").AsTask();
        await PassAsync(removing);
        Way.IsFrozen = false;
        await RecoverAsync(cache);
        await UntilAsync(() => cache.GetStatistics().TierPendingWrites == 0);
        Assert.Null(await ReadAsync(cache, "k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Set_ThatLandsAfterANewerOne_IsNeverRead()
    {
        var held = new HeldTier(Way);
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, DefaultPolicy = Through, Tiers = { held } });
        TaskCompletionSource release = held.HoldNext();
        Assert.False(await PassAsync(cache.SetAsync("k", 1).AsTask()));
        await RecoverAsync(cache);
        Assert.True(await cache.SetAsync("k", 2));
        Assert.Equal(2, Peek("k"));
        Assert.Null(await ReadAsync(cache, "k"));

        release.SetResult();
        do
        {
            Assert.Null(await ReadAsync(cache, "k"));
        }
        while (Peek("k") is not null);
        await RecoverAsync(cache);
        Assert.True(await cache.SetAsync("k", 3));
        // Until the late call has been forgotten, too, nothing is read.
        int? read;
        while ((read = await ReadAsync(cache, "k")) != 3)
            Assert.Null(read);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LateValue_WithATimestamp_DoesNotUndoAnInvalidation(bool clears)
    {
        var held = new HeldTier(Server);
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, DefaultPolicy = Through, Tiers = { held } });
        TaskCompletionSource late = held.HoldNext();
        var options = new EntryOptions { Tags = ["t"] };
        await PassAsync(cache.GetOrAddAsync("k", 1, static (value, _) => ValueTask.FromResult(value), options, Token).AsTask());
        await RecoverAsync(cache);
        Assert.Equal(1, Peek("k"));
        await (clears ? cache.ClearAsync(Token) : cache.RemoveByTagAsync("t", Token));
        Assert.Null(Peek("k"));
        long writes = Server.Writes;
        late.SetResult();
        do
        {
            Assert.Null(await ReadAsync(cache, "k"));
        }
        while (Server.Writes == writes || Peek("k") is not null || cache.GetStatistics().TierPendingWrites > 0);
        Assert.Null(await ReadAsync(cache, "k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task LoadedValue_OfAnOutage_IsReplayedWithTheTimeItsLoadBegan()
    {
        TieredCache cache = Create();
        Way.IsPartitioned = true;
        Assert.Equal(1, await cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(1)));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        await WriteElsewhereAsync("k", 2);
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Equal(2, await ReadAsync(cache, "k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Hits_AndLoads_DuringAnOutage_GoOn()
    {
        var guard = new GuardOptions { FailuresInARow = 3 };
        TieredCache cache = Create(guard: guard);
        await cache.SetAsync("k", 1);
        Way.IsPartitioned = true;
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(1, await ReadAsync(cache, "k"));
            Assert.Equal(i, await cache.GetOrAddAsync($"load:{i}", i, static (i, _) => ValueTask.FromResult(i)));
        }

        // The breaker has let no more than a few calls through.
        Assert.InRange(Way.Statistics.Calls, 1, 10);
        Way.IsPartitioned = false;
        await RecoverAsync(cache);
        Assert.Equal(99, Peek("load:99"));
    }

    [Fact(Timeout = 30_000)]
    public async Task StaleValue_WithATierThatHangs_IsServedAfterTheSoftDeadline()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(10), StaleGrace = TimeSpan.FromMinutes(1) };
        TieredCache cache = Create(policy: policy);
        await cache.SetAsync("k", 1);
        Time.Advance(TimeSpan.FromSeconds(11));
        Way.IsFrozen = true;
        Task<int> loading = cache.GetOrAddAsync("k", static _ => ValueTask.FromException<int>(new IOException())).AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(1, await loading);
    }

    [Fact(Timeout = 30_000)]
    public async Task OtherNodes_AreToldOnceMore_WhenTheTierHasGotIt()
    {
        var backplane = new InProcessBackplane();
        using TieredCache here = new(OfNode(Way, backplane));
        using TieredCache there = new(OfNode(Server, backplane));
        await here.SetAsync("k", 1);
        Way.IsPartitioned = true;
        await here.SetAsync("k", 2);

        // It was told, but the server it reads has not been.
        while (await ReadAsync(there, "k") != 1 || there.GetStatistics().EntryCount == 0)
            Time.Advance(TimeSpan.FromMilliseconds(100));
        Way.IsPartitioned = false;
        await RecoverAsync(here);
        while (await ReadAsync(there, "k") != 2)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, Token);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Guard_OfNull_RemembersNothing()
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, Guard = null, Tiers = { Way } };
        using var cache = new TieredCache(options);
        Way.IsPartitioned = true;
        Assert.False(await cache.SetAsync("k", 1));
        CacheStatistics statistics = cache.GetStatistics();
        Assert.Equal((0, 1), (statistics.TierPendingWrites, statistics.TierFaults));
    }

    private TieredCacheOptions OfNode(ICacheTier tier, IBackplaneTransport backplane) => new()
    {
        CapacityBytes = 4 << 20,
        TimeProvider = Time,
        BackgroundMaintenance = false,
        Backplane = new BackplaneOptions { Transport = backplane },
        Tiers = { tier },
    };
}
