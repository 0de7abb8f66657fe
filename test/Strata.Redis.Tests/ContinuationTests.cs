using StackExchange.Redis;
using Strata.Invalidation;
using Strata.Redis.Backplane;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests;

/// <summary>Whoever awaited the tier may block afterwards: he must not stand on the thread that completes the client's answers.</summary>
public sealed class ContinuationTests(OneServer server)
{
    public static TheoryData<string> Verbs => ["get", "set", "keep", "remove", "clear", "tag", "many", "connect"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task AnyCall_ThenABlockingOne_IsAnswered(string verb)
    {
        RedisTier tier = await server.TierAsync(OneServer.NewPrefix());
        Assert.Equal(TierWriteStatus.Done, await CallThenBlockAsync(tier, verb));
    }

    /// <summary>Nothing is waited for when the server is away, so nothing else takes the caller to another thread.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connect_ToAServerThatIsAway_ThenABlockingCall_IsAnswered(bool isBackplane)
    {
        RedisTier tier = await server.TierAsync(OneServer.NewPrefix());
        using ConnectionMultiplexer away = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{RedisServer.FreePort()},abortConnect=false,connectTimeout=100,connectRetry=0");
        Assert.Equal(TierWriteStatus.Done, await ConnectThenBlockAsync(tier, away, isBackplane));
    }

    private async Task<TierWriteStatus> ConnectThenBlockAsync(RedisTier tier, IConnectionMultiplexer away, bool isBackplane)
    {
        // From here on this runs where the client completes its answers.
        await server.Database.PingAsync().ConfigureAwait(false);
        if (isBackplane)
            await RedisBackplane.ConnectAsync(new() { Multiplexer = away }).ConfigureAwait(false);
        else
            await RedisTier.ConnectAsync(new() { Multiplexer = away }).ConfigureAwait(false);
        return tier.WriteAsync("k", "w").GetAwaiter().GetResult();
    }

    private async Task<TierWriteStatus> CallThenBlockAsync(RedisTier tier, string verb)
    {
        await (verb switch
        {
            "get" => tier.ReadAsync("k"),
            "set" => tier.WriteAsync("k", "v"),
            "keep" => tier.KeepAsync("k", "v", new HybridClock(TimeProvider.System).Next()),
            "remove" => tier.RemoveAsync("k"),
            "clear" => tier.ClearAsync().AsTask(),
            "tag" => tier.InvalidateAsync(InvalidationRule.OfAnyTag("red")).AsTask(),
            "many" => tier.SetManyAsync(new TierEntry[] { new("k"u8.ToArray(), default, default) }, new TierWriteStatus[1]).AsTask(),
            _ => (Task)server.TierAsync(OneServer.NewPrefix()),
        }).ConfigureAwait(false);
        // Blocks here, on whatever thread this is.
        return tier.WriteAsync("k", "w").GetAwaiter().GetResult();
    }
}
