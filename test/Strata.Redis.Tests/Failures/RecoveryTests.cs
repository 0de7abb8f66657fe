using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>What a cache makes up for once a real server is back.</summary>
public sealed class RecoveryTests
{
    [Fact(Timeout = 60_000)]
    public async Task Flush_AfterARestartWithOldData_LeavesNoneThatWasReplaced()
    {
        await using RedisServer server = await RedisServer.StartAsync("--appendonly", "yes");
        await using RedisTier tier = await RedisTier.ConnectAsync(new() { Configuration = server.Address + ",abortConnect=false,connectRetry=1,connectTimeout=1000" });
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20, Tiers = { tier } });
        Assert.True(await cache.SetAsync("key", 1));
        await server.KillAsync();
        Assert.False(await cache.SetAsync("key", 2));
        await server.RestartAsync();
        await RedisServer.WaitAsync(async () => await cache.FlushAsync() && await cache.SetAsync("other", 1), "what was pending to be told");

        using var fresh = new TieredCache(new() { CapacityBytes = 1 << 20, Tiers = { tier } });
        Assert.NotEqual(1, (await fresh.TryGetAsync<int>("key")).Value);
        Assert.NotEqual(1, (await cache.TryGetAsync<int>("key")).Value);
    }
}
