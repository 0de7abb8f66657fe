using Strata.Invalidation;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>A cluster that loses a master.</summary>
public sealed class ClusterTests
{
    private const int KeyCount = 60;

    [Fact]
    public async Task Tier_OfAClusterThatLosesAMaster_WorksAgainWhenAReplicaIsPromoted()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = cluster.Addresses, OperationTimeout = TimeSpan.FromSeconds(1) });
        var clock = new HybridClock(TimeProvider.System);
        string[] keys = [.. Enumerable.Range(0, KeyCount).Select(i => $"key:{i}")];
        foreach (string key in keys)
            Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync(key, "before"));
        long begunBefore = clock.Next();

        await cluster.Nodes[0].KillAsync();
        foreach (string key in keys)
            await RedisServer.WaitAsync(async () => await tier.WriteAsync(key, "after") == TierWriteStatus.Done, "the promoted replica");
        foreach (string key in keys)
            Assert.Equal("after", await tier.ReadAsync(key));
        foreach (string key in keys)
            Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync(key, "begun before", begunBefore));
        await tier.KeepInTheEndAsync(keys[0], "loaded", clock, "red");
        Assert.Equal(TierWriteStatus.Done, await tier.InvalidateAsync(InvalidationRule.OfAnyTag("red")));
        Assert.Null(await tier.ReadAsync(keys[0]));
        await RedisServer.WaitAsync(async () => await tier.ClearAsync() == TierWriteStatus.Done, "a sweep of all masters");
        foreach (string key in keys)
            Assert.Null(await tier.ReadAsync(key));
    }
}
