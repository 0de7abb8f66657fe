using StackExchange.Redis;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Newest;

/// <summary>A loaded value is as old as the start of its load; whatever came since stands.</summary>
public sealed class NewestWinsTests(OneServer server)
{
    private readonly string _prefix = OneServer.NewPrefix();
    private readonly HybridClock _clock = new(TimeProvider.System);

    [Fact]
    public async Task Set_OfALoad_AfterAWrite_IsSuperseded()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        long start = _clock.Next();
        await tier.WriteAsync("k", "written");
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start));
        Assert.Equal("written", await tier.ReadAsync("k"));
        Assert.Equal(1, tier.Faults.Superseded);
    }

    [Fact]
    public async Task Set_OfALoad_AfterARemovalOfWhatWasThere_IsSuperseded()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("k", "written");
        long start = _clock.Next();
        Assert.Equal(TierWriteStatus.Done, await tier.RemoveAsync("k"));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start));
        Assert.Null(await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_OfALoad_AfterARemovalOfNothing_IsSuperseded()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        long start = _clock.Next();
        Assert.Equal(TierWriteStatus.NotFound, await tier.RemoveAsync("k"));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start));
        Assert.Null(await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_OfALoadThatBeganLater_IsKept()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("k", "written");
        await tier.KeepInTheEndAsync("k", "loaded", _clock);
        Assert.Equal("loaded", await tier.ReadAsync("k"));
        await tier.RemoveAsync("k");
        await tier.KeepInTheEndAsync("k", "loaded again", _clock);
        Assert.Equal("loaded again", await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_OfTwoLoads_TheOneThatBeganLaterStands()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.KeepInTheEndAsync("other", "1", _clock);
        long first = _clock.Next();
        await TierProbe.WellApartAsync();
        long second = _clock.Next();
        Assert.Equal(TierWriteStatus.Done, await tier.KeepAsync("a", "second", second));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("a", "first", first));
        Assert.Equal("second", await tier.ReadAsync("a"));
        Assert.Equal(TierWriteStatus.Done, await tier.KeepAsync("b", "first", first));
        Assert.Equal(TierWriteStatus.Done, await tier.KeepAsync("b", "second", second));
        Assert.Equal("second", await tier.ReadAsync("b"));
    }

    [Fact]
    public async Task SetAndRemove_WithoutATimestamp_AreTakenWhateverTheServersClockSays()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("k", "of the future");
        await ShiftStampAsync("k", TimeSpan.FromHours(1));
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "now"));
        Assert.Equal("now", await tier.ReadAsync("k"));
        await ShiftStampAsync("k", TimeSpan.FromHours(1));
        long start = _clock.Next();
        Assert.Equal(TierWriteStatus.Done, await tier.RemoveAsync("k"));
        Assert.Null(await tier.ReadAsync("k"));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start));
    }

    [Fact]
    public async Task Set_OfALoadOlderThanRemovalsAreRemembered_IsSuperseded()
    {
        var time = new SkewedTime(TimeSpan.FromSeconds(-3));
        RedisTier tier = await server.TierAsync(_prefix, time, TimeSpan.FromSeconds(2));
        long start = new HybridClock(time).Next();
        // The wall clock tells the age, when it is set forward: rather too old than too young.
        time.Skew = TimeSpan.Zero;
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start));
        await tier.KeepInTheEndAsync("k", "loaded", new HybridClock(time));
    }

    [Fact]
    public async Task Set_OfALoadThatBeganBeforeTheServerWasMet_IsSuperseded()
    {
        long start = _clock.Next();
        await Task.Delay(5, TestContext.Current.CancellationToken);
        RedisTier tier = await server.TierAsync(_prefix);
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start));
        await tier.KeepInTheEndAsync("k", "loaded", _clock);
    }

    [Fact]
    public async Task Set_OfALoadThatCannotBeKept_LeavesNothingOlderAndAllThatIsNewer()
    {
        RedisTier other = await server.TierAsync(_prefix);
        await other.WriteAsync("older", "older");
        await TierProbe.WellApartAsync();
        long start = _clock.Next();
        await TierProbe.WellApartAsync();
        await other.WriteAsync("newer", "newer");
        RedisTier tier = await server.TierAsync(_prefix);
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("older", "loaded", start));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("newer", "loaded", start));
        Assert.Null(await tier.ReadAsync("older"));
        Assert.Equal("newer", await tier.ReadAsync("newer"));
    }

    [Fact]
    public async Task Set_OfALoadThatAServerWasRestartedDuring_IsSuperseded()
    {
        await using RedisServer own = await RedisServer.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = own.Address });
        await tier.KeepInTheEndAsync("k", "loaded", _clock);
        long start = _clock.Next();
        await tier.RemoveAsync("k");
        await own.KillAsync();
        await own.RestartAsync();
        // It has forgotten the removal, and is known not to be the server that the load began with.
        await RedisServer.WaitAsync(async () => await tier.KeepAsync("k", "loaded", start) == TierWriteStatus.Superseded, "the new server");
        Assert.Null(await tier.ReadAsync("k"));
        await tier.KeepInTheEndAsync("k", "loaded anew", _clock);
        Assert.Equal("loaded anew", await tier.ReadAsync("k"));
    }

    /// <summary>Makes a writing newer than it is.</summary>
    private async Task ShiftStampAsync(string key, TimeSpan by)
    {
        const string Script = """
            local m = redis.call('HGET', KEYS[1], 'm')
            redis.call('HSET', KEYS[1], 'm', string.sub(m, 1, 3) .. struct.pack('>I8', struct.unpack('>I8', m, 4) + ARGV[1]) .. string.sub(m, 12))
            """;
        await server.Database.ScriptEvaluateAsync(Script, [(RedisKey)$"{_prefix}/{key}"], [(long)by.TotalMicroseconds]);
    }
}
