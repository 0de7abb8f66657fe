using Strata.Invalidation;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Newest;

/// <summary>What the nodes' wall clocks show must not matter.</summary>
public sealed class ClockSkewTests(OneServer server)
{
    private readonly string _prefix = OneServer.NewPrefix();

    [Theory]
    [InlineData(5, -5)]
    [InlineData(-5, 5)]
    [InlineData(0, 5)]
    public async Task Set_OfALoadOfANodeWithAWrongClock_DoesNotReviveWhatAnotherRemoved(int loaderMinutes, int removerMinutes)
    {
        var time = new SkewedTime(TimeSpan.FromMinutes(loaderMinutes));
        var clock = new HybridClock(time);
        RedisTier loader = await server.TierAsync(_prefix, time);
        RedisTier remover = await server.TierAsync(_prefix, new SkewedTime(TimeSpan.FromMinutes(removerMinutes)));
        await remover.WriteAsync("k", "old");

        long start = clock.Next();
        await remover.RemoveAsync("k");
        Assert.Equal(TierWriteStatus.Superseded, await loader.KeepAsync("k", "old", start));
        Assert.Null(await remover.ReadAsync("k"));

        await loader.KeepInTheEndAsync("k", "new", clock, "red");
        start = clock.Next();
        await remover.InvalidateAsync(InvalidationRule.OfAnyTag("red"));
        Assert.Equal(TierWriteStatus.Superseded, await loader.KeepAsync("k", "new", start, "red"));
        Assert.Null(await remover.ReadAsync("k"));

        start = clock.Next();
        await remover.InvalidateAsync(InvalidationRule.OfPrefix("k"));
        Assert.Equal(TierWriteStatus.Superseded, await loader.KeepAsync("k", "new", start));
        Assert.Null(await remover.ReadAsync("k"));
        await loader.KeepInTheEndAsync("k", "newest", clock);
        Assert.Equal("newest", await remover.ReadAsync("k"));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    public async Task Set_OfALoadDuringWhichTheClockWasSet_DoesNotReviveWhatAnotherRemoved(int seconds)
    {
        var time = new SkewedTime();
        var clock = new HybridClock(time);
        RedisTier loader = await server.TierAsync(_prefix, time);
        RedisTier remover = await server.TierAsync(_prefix);
        await loader.KeepInTheEndAsync("k", "old", clock);

        long start = clock.Next();
        await remover.RemoveAsync("k");
        time.Skew = TimeSpan.FromSeconds(seconds);
        Assert.Equal(TierWriteStatus.Superseded, await loader.KeepAsync("k", "old", start));
        Assert.Null(await remover.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_OfALoadDuringWhichTheClockWasSetBackAndCaughtUp_DoesNotReviveWhatAnotherRemoved()
    {
        var time = new SkewedTime();
        RedisTier loader = await server.TierAsync(_prefix, time);
        RedisTier remover = await server.TierAsync(_prefix);
        long start = new HybridClock(time).Next();
        await remover.RemoveAsync("k");
        await Task.Delay(40, TestContext.Current.CancellationToken);
        // The load seems to have begun just now, after the removal.
        time.Skew = TimeSpan.FromMilliseconds(-30);
        Assert.Equal(TierWriteStatus.Superseded, await loader.KeepAsync("k", "old", start));
        Assert.Null(await remover.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_OfALoadOlderThanRemovalsAreRemembered_WhoseClockWasSetBack_DoesNotReviveWhatAnotherRemoved()
    {
        var time = new SkewedTime();
        RedisTier loader = await server.TierAsync(_prefix, time, TimeSpan.FromSeconds(1));
        var clock = new HybridClock(time);
        await loader.WriteAsync("k", "old");
        long start = clock.Next();
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(TierWriteStatus.Done, await loader.RemoveAsync("k"));
        time.Skew = TimeSpan.FromSeconds(-1.5);
        await RedisServer.WaitAsync(async () => !await server.Database.KeyExistsAsync($"{_prefix}/k"), "the removal to be forgotten");
        Assert.Equal(TierWriteStatus.Superseded, await loader.KeepAsync("k", "old", start));
        Assert.Null(await loader.ReadAsync("k"));
        await loader.KeepInTheEndAsync("k", "new", clock);
    }

    [Fact]
    public async Task Set_AfterTheServersClockWasSetForward_IsTaken()
    {
        var time = new SkewedTime();
        RedisTier tier = await server.TierAsync(_prefix, time);
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "before"));
        time.Lost = TimeSpan.FromSeconds(20);
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "after"));
        Assert.Equal("after", await tier.ReadAsync("k"));

        time.Lost = TimeSpan.FromSeconds(40);
        TierEntry[] entries = [.. Enumerable.Range(0, 40).Select(i => new TierEntry(new[] { (byte)i }, new("v"u8.ToArray()), default))];
        var statuses = new TierWriteStatus[entries.Length];
        await tier.SetManyAsync(entries, statuses, TestContext.Current.CancellationToken);
        Assert.All(statuses, status => Assert.Equal(TierWriteStatus.Done, status));
    }
}
