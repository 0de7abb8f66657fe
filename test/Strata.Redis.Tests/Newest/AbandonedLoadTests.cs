using System.Buffers;
using System.Globalization;
using Strata.Entries;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Newest;

/// <summary>A loaded value on its way, for which nobody waits any more.</summary>
public sealed class AbandonedLoadTests(OneServer server)
{
    private readonly HybridClock _clock = new(TimeProvider.System);

    [Fact]
    public async Task Set_OfALoadWhoseWriterStopsWaiting_AfterAClear_IsTakenBack()
    {
        RedisTier tier = await server.TierAsync(OneServer.NewPrefix());
        await tier.WriteAsync("k", "old");
        await tier.KeepInTheEndAsync("other", "old", _clock);
        long start = _clock.Next();
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(TierWriteStatus.Done, await tier.ClearAsync(TestContext.Current.CancellationToken));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("other", "old", start));

        await AbandonAsync(tier, start);
        // What was sent before this read has happened before it.
        await RedisServer.WaitAsync(async () => await tier.ReadAsync("k") is null, "the value to be taken back");
    }

    [Fact]
    public async Task Set_OfALoadThatTimedOut_DoesNotHappenLater()
    {
        await using RedisServer own = await RedisServer.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = own.Address, OperationTimeout = TimeSpan.FromMilliseconds(300) });
        await tier.KeepInTheEndAsync("k", "first", _clock);
        Assert.Equal(TierWriteStatus.Done, await tier.RemoveAsync("k"));
        await Task.Delay(20, TestContext.Current.CancellationToken);
        long start = _clock.Next();
        await own.FreezeAsync();
        Assert.Equal(TierWriteStatus.Faulted, await tier.KeepAsync("k", "late", start));
        await own.ThawAsync();
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("done", "") == TierWriteStatus.Done, "the server to go on");
        Assert.Null(await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_OfALoadForWhichTheFenceCannotBeLookedAt_IsTakenBack()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = cluster.Addresses, OperationTimeout = TimeSpan.FromSeconds(1) });
        int fence = await MasterOfAsync(cluster, "strata#");
        string key = "k";
        while (await MasterOfAsync(cluster, $"strata/{key}") == fence)
            key += "k";
        await tier.KeepInTheEndAsync(key, "old", _clock);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        long start = _clock.Next();
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(TierWriteStatus.Done, await tier.ClearAsync(TestContext.Current.CancellationToken));
        await cluster.Nodes[fence].FreezeAsync();
        Assert.NotEqual(TierWriteStatus.Done, await tier.KeepAsync(key, "old", start));
        await RedisServer.WaitAsync(async () => (await tier.LookAsync(key)).Status == TierReadStatus.Miss, "the value to be taken back");
    }

    private static async Task<int> MasterOfAsync(RedisCluster cluster, string key) =>
        int.Parse(await cluster.Nodes[0].CommandAsync("CLUSTER", "KEYSLOT", key), CultureInfo.InvariantCulture) * 3 / 16_384;

    private static async Task AbandonAsync(RedisTier tier, long start)
    {
        using var patience = new CancellationTokenSource();
        Task<TierWriteStatus> write = tier.SetAsync("k"u8.ToArray(), new ReadOnlySequence<byte>("old"u8.ToArray()), new EntryOptions { Timestamp = start }, patience.Token).AsTask();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }
}
