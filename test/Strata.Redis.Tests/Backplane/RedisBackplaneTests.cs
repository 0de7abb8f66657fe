using System.Globalization;
using System.Text.RegularExpressions;
using StackExchange.Redis;
using Strata.Entries;
using Strata.Redis.Backplane;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests.Backplane;

/// <summary>Two nodes with connections of their own hear of each other over a real server, and notice what they cannot have heard.</summary>
public sealed class RedisBackplaneTests(OneServer one)
{
    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_OfOneNode_ReachTheOther(bool isDurable)
    {
        string prefix = OneServer.NewPrefix();
        await using RedisNode a = await RedisNode.StartAsync(one.Server.Address, prefix, isDurable);
        await using RedisNode b = await RedisNode.StartAsync(one.Server.Address, prefix, isDurable);
        await RedisNode.MeetAsync(a, b);
        (string Key, Func<ValueTask> Change)[] changes =
        [
            ("k", async () => await a.Cache.SetAsync("k", 2)),
            ("k", async () => await a.Cache.RemoveAsync("k")),
            ("t", () => a.Cache.RemoveByTagAsync("tag")),
            ("p:1", () => a.Cache.RemoveByPrefixAsync("p:")),
            ("x", () => a.Cache.ClearAsync()),
        ];
        foreach ((string key, Func<ValueTask> change) in changes)
        {
            b.Cache.GetOrAdd(key, 1, static (value, _) => value, new EntryOptions { Tags = ["tag"] });
            b.Keep("other", 1);
            Assert.NotEqual(-1, b.InMemory(key));
            await change();
            await b.UntilAsync(node => node.InMemory(key) == -1, $"the change of {key}");
            Assert.Equal(key == "x" ? -1 : 1, b.InMemory("other"));
        }

        Assert.Equal(0, b.Statistics.Rejected);
    }

    /// <summary>Writes follow each other as fast as they can, and in the end both have the last.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Nodes_ThatWriteTheSameKeysAtOnce_AgreeInTheEnd()
    {
        string prefix = OneServer.NewPrefix();
        await using RedisNode a = await RedisNode.StartAsync(one.Server.Address, prefix);
        await using RedisNode b = await RedisNode.StartAsync(one.Server.Address, prefix);
        await RedisNode.MeetAsync(a, b);
        await Parallel.ForAsync(0, 2000, async (i, token) =>
        {
            RedisNode node = i % 2 == 0 ? a : b;
            await node.Cache.SetAsync($"key:{i % 10}", i, default, token);
            await node.Cache.TryGetAsync<int>($"key:{(i + 1) % 10}", token);
        });
        await a.Cache.SetAsync("end", 1);
        await b.Cache.SetAsync("end", 2);
        await RedisServer.WaitAsync(async () =>
        {
            for (int key = 0; key < 10; key++)
            {
                if ((await a.Cache.TryGetAsync<int>($"key:{key}")).Value != (await b.Cache.TryGetAsync<int>($"key:{key}")).Value)
                    return false;
            }

            return true;
        }, "both nodes to agree");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("killed", false)]
    [InlineData("killed", true)]
    [InlineData("disconnected", false)]
    public async Task Connection_ThatWasLost_EndsWhatTheNodesHave(string how, bool isDurable)
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisNode a = await RedisNode.StartAsync(server.Address, "cut", isDurable);
        await using RedisNode b = await RedisNode.StartAsync(server.Address, "cut", isDurable);
        await RedisNode.MeetAsync(a, b);
        b.Keep("k", 1);
        long suspicions = b.Statistics.Suspicions;
        if (how == "killed")
        {
            // Empty when it is back: nobody can tell what was in it.
            await server.KillAsync();
            await b.UntilAsync(node => !node.Statistics.IsConnected, "the loss of the connection");
            Assert.Equal(1, b.InMemory("k"));
            await a.Cache.SetAsync("k", 2);
            await server.RestartAsync();
        }
        else
        {
            await server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
        }

        await b.UntilAsync(node => node.Statistics.IsConnected && node.Statistics.Suspicions > suspicions, "the new connection");
        Assert.Equal(-1, b.InMemory("k"));
        await b.UntilAsync(node => a.Statistics is { QueuedBytes: 0, IsConnected: true }, "what was changed meanwhile");
        b.Keep("after", 1);
        await RedisNode.MeetAsync(a, b);
        await a.Cache.RemoveAsync("after");
        await b.UntilAsync(node => node.InMemory("after") == -1, "a change after all that");
    }

    /// <summary>A server that stands still loses nothing, and what was changed meanwhile comes when it goes on.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Server_ThatStandsStill_IsCaughtUpWith()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisNode a = await RedisNode.StartAsync(server.Address, "still");
        await using RedisNode b = await RedisNode.StartAsync(server.Address, "still");
        await RedisNode.MeetAsync(a, b);
        b.Keep("k", 1);
        await server.FreezeAsync();
        await a.Cache.SetAsync("k", 2);
        Assert.Equal(1, b.InMemory("k"));
        await server.ThawAsync();
        await b.UntilAsync(node => node.InMemory("k") == -1, "the change");
    }

    /// <summary>What a node has it keeps when the stream tells it all it missed.</summary>
    [Fact(Timeout = 60_000)]
    public async Task DurableNode_ThatWasCutOff_ReadsWhatItMissedAndKeepsTheRest()
    {
        string prefix = OneServer.NewPrefix();
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisNode a = await RedisNode.StartAsync(server.Address, prefix, isDurable: true);
        await using RedisNode b = await RedisNode.StartAsync(server.Address, prefix, isDurable: true);
        await RedisNode.MeetAsync(a, b);
        b.Keep("k", 1);
        b.Keep("other", 1);
        long suspicions = b.Statistics.Suspicions;
        for (int round = 0; round < 5; round++)
        {
            await server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
            await a.Cache.SetAsync("k", 2);
            await b.UntilAsync(node => node.InMemory("k") == -1 && node.Statistics.IsConnected, "the change that was missed");
            b.Keep("k", 1);
        }

        Assert.Equal(1, b.InMemory("other"));
        Assert.Equal(suspicions, b.Statistics.Suspicions);
    }

    /// <summary>While one read is under way, all that ring are answered by the next.</summary>
    [Fact(Timeout = 60_000)]
    public async Task DurableNode_ForWhichManyRingAtOnce_ReadsFewTimes()
    {
        const int Messages = 500;
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisNode b = await RedisNode.StartAsync(server.Address, "many", isDurable: true);
        using ConnectionMultiplexer sender = await ConnectionMultiplexer.ConnectAsync(server.Address);
        await using RedisBackplane transport = await RedisBackplane.ConnectAsync(new() { Multiplexer = sender, Channel = "many:nodes", IsDurable = true });
        Assert.True(await transport.PublishAsync("first"u8.ToArray()));
        await server.CommandAsync("CONFIG", "RESETSTAT");
        long rejected = b.Statistics.Rejected;
        await server.FreezeAsync();
        Task<bool>[] sent = [.. Enumerable.Range(0, Messages).Select(_ => transport.PublishAsync("no message of ours"u8.ToArray()).AsTask())];
        await server.ThawAsync();
        Assert.All(await Task.WhenAll(sent), Assert.True);
        await b.UntilAsync(node => node.Statistics.Rejected >= rejected + Messages, "all messages");
        string reads = Regex.Match(await server.CommandAsync("INFO", "commandstats"), "cmdstat_xrange:calls=([0-9]+)").Groups[1].Value;
        Assert.InRange(int.Parse(reads, CultureInfo.InvariantCulture), 2, Messages / 5);
    }

    [Fact(Timeout = 60_000)]
    public async Task DurableNode_WhoseStreamWasTrimmed_EndsWhatItHas()
    {
        string prefix = OneServer.NewPrefix();
        await using RedisNode b = await RedisNode.StartAsync(one.Server.Address, prefix, isDurable: true);
        b.Keep("k", 1);
        long suspicions = b.Statistics.Suspicions;
        await one.Database.ExecuteAsync("XTRIM", prefix + ":nodes", "MAXLEN", "0");
        await b.UntilAsync(node => node.Statistics.Suspicions > suspicions, "the suspicion");
        Assert.Equal(-1, b.InMemory("k"));
    }

    /// <summary>Whatever else is written to the channel is none of ours.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Channel_WithForeignMessages_IsListenedToAllTheSame()
    {
        string prefix = OneServer.NewPrefix();
        await using RedisNode a = await RedisNode.StartAsync(one.Server.Address, prefix);
        await using RedisNode b = await RedisNode.StartAsync(one.Server.Address, prefix);
        await RedisNode.MeetAsync(a, b);
        foreach (string garbage in (string[])["", "x", new string('y', 100_000), "probe:"])
            await one.Multiplexer.GetSubscriber().PublishAsync(prefix + ":nodes", garbage);
        b.Keep("k", 1);
        await a.Cache.SetAsync("k", 2);
        await b.UntilAsync(node => node.InMemory("k") == -1, "the change");
        Assert.Equal(3, b.Statistics.Rejected);
    }

    [Fact]
    public async Task Options_OutsideTheirBounds_AreRefusedByName()
    {
        Assert.Contains(nameof(RedisBackplaneOptions.Channel), (await Assert.ThrowsAsync<ArgumentException>(() => RedisBackplane.ConnectAsync(new() { Multiplexer = one.Multiplexer, Channel = "" }))).Message);
        Assert.Contains(nameof(RedisBackplaneOptions.Channel), (await Assert.ThrowsAsync<ArgumentException>(() => RedisBackplane.ConnectAsync(new() { Multiplexer = one.Multiplexer, Channel = "a b" }))).Message);
        Assert.Contains(nameof(RedisBackplaneOptions.StreamLength), (await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => RedisBackplane.ConnectAsync(new() { Multiplexer = one.Multiplexer, StreamLength = 1 }))).Message);
        await Assert.ThrowsAsync<ArgumentException>(() => RedisBackplane.ConnectAsync(new()));
        Assert.Throws<ArgumentException>(() => new RedisFlightLeases(one.Multiplexer, ""));
    }
}
