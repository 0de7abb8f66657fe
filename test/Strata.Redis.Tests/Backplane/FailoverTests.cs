using System.Globalization;
using Strata.Redis.Backplane;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests.Backplane;

/// <summary>Nodes over a cluster, and over a master that sentinels watch.</summary>
public sealed class FailoverTests
{
    /// <summary>The channel is heard on all servers, the stream and the leases lie where their slots are; one master is lost, with or without the stream.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cluster_ThatLosesAMaster_KeepsNodesRight(bool isDurable)
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using RedisNode a = await RedisNode.StartAsync(cluster.Addresses, "nodes", isDurable);
        await using RedisNode b = await RedisNode.StartAsync(cluster.Addresses, "nodes", isDurable);
        await RedisNode.MeetAsync(a, b);
        await AgreeAsync(a, b, "before");
        b.Keep("k", 1);
        await cluster.Nodes[0].KillAsync();
        await a.Cache.RemoveAsync("k");
        await b.UntilAsync(node => node.InMemory("k") == -1, "the change, or the suspicion");
        await AgreeAsync(a, b, "after");
    }

    /// <summary>A node that only tells, and has no ear and no tier that would find out.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Publish_ToAMasterThatWasLost_FindsTheNextOne()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using RedisBackplane transport = await RedisBackplane.ConnectAsync(new() { Configuration = cluster.Addresses, Channel = "nodes", IsDurable = true });
        Assert.True(await transport.PublishAsync("before"u8.ToArray()));
        int slot = int.Parse(await cluster.Nodes[0].CommandAsync("CLUSTER", "KEYSLOT", "nodes"), CultureInfo.InvariantCulture);
        await cluster.Nodes[slot * 3 / 16_384].KillAsync();
        await RedisServer.WaitAsync(async () => await transport.PublishAsync("after"u8.ToArray()), "a message to the next master");
    }

    [Fact(Timeout = 120_000)]
    public async Task Sentinels_ThatNameAnotherMaster_AreFollowed()
    {
        await using RedisSentinels sentinels = await RedisSentinels.StartAsync();
        await using RedisBackplane transport = await RedisBackplane.ConnectAsync(new() { Configuration = sentinels.Addresses, SentinelService = RedisSentinels.Service });
        using TieredCache a = Create(transport), b = Create(transport);
        await SpreadAsync(a, b, "before");
        await sentinels.Master.KillAsync();
        await SpreadAsync(a, b, "after");
    }

    private static TieredCache Create(RedisBackplane transport) =>
        new(new() { CapacityBytes = 1 << 20, Backplane = new() { Transport = transport, AnnounceInterval = TimeSpan.FromMilliseconds(200) } });

    /// <summary>Whatever has happened, in the end changes of one reach the other.</summary>
    private static Task AgreeAsync(RedisNode a, RedisNode b, string key) => SpreadAsync(a.Cache, b.Cache, key);

    private static async Task SpreadAsync(TieredCache a, TieredCache b, string key)
    {
        await RedisServer.WaitAsync(() => Task.FromResult(a.GetBackplaneStatistics()!.Value is { IsConnected: true, QueuedBytes: 0 } && b.GetBackplaneStatistics()!.Value.IsConnected), "both to be connected");
        var memory = new Strata.Entries.EntryPolicy { Access = Strata.Entries.TierAccess.SkipTierRead | Strata.Entries.TierAccess.SkipTierWrite };
        await RedisServer.WaitAsync(async () =>
        {
            b.GetOrAdd(key, static _ => 1, memory);
            long suspicions = b.GetBackplaneStatistics()!.Value.Suspicions;
            await a.RemoveAsync(key);
            await RedisServer.WaitAsync(() => Task.FromResult(b.GetOrAdd(key, static context => { context.DoNotStore(); return -1; }, memory) == -1), $"the change of '{key}'");
            return b.GetBackplaneStatistics()!.Value.Suspicions == suspicions;
        }, $"a change of '{key}' that is no suspicion");
    }
}
