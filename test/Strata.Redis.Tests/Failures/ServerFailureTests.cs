using Strata.Entries;
using Strata.Invalidation;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>A server that dies, hangs, comes back, loads, may not be written to, or is full: a status, never an exception, and all is well when it is.</summary>
public sealed class ServerFailureTests
{
    private readonly HybridClock _clock = new(TimeProvider.System);

    [Fact]
    public async Task AnyCall_ToAKilledServer_IsFaultedAndRecoversWhenItIsBackEmpty()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await ConnectAsync(server);
        await tier.WriteAsync("k", "v");
        await server.KillAsync();
        await AssertFaultedAsync(tier);
        await server.RestartAsync();
        await RedisServer.WaitAsync(async () => (await tier.LookAsync("k")).Status == TierReadStatus.Miss, "the server to be back, empty");
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "w", new EntryOptions { Tags = ["red"] }));
        Assert.Equal("w", await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task AnyCall_ToAFrozenServer_IsFaultedInTimeAndRecovers()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await ConnectAsync(server);
        await tier.WriteAsync("k", "v");
        await server.FreezeAsync();
        await AssertFaultedAsync(tier);
        await server.ThawAsync();
        // Removals that were under way may still happen.
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("k", "w") == TierWriteStatus.Done && await tier.ReadAsync("k") == "w", "the server to go on");
    }

    [Fact]
    public async Task Get_WithATokenCancelledWhileTheServerIsFrozen_Throws()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = server.Address, OperationTimeout = TimeSpan.FromMinutes(10) });
        await server.FreezeAsync();
        using var source = new CancellationTokenSource();
        ValueTask<TierRead> read = tier.GetAsync("k"u8.ToArray(), new System.Buffers.ArrayBufferWriter<byte>(), source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
    }

    [Fact]
    public async Task AnyCall_ToALoadingServer_IsFaultedUntilItHasLoaded()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await ConnectAsync(server);
        for (int i = 0; i < 100; i++)
            await tier.WriteAsync($"{i}", new string('v', 100));
        await server.CommandAsync("SAVE");
        await server.KillAsync();
        await server.RestartAsync("--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024");
        Assert.StartsWith("-LOADING", await server.CommandAsync("GET", "k"), StringComparison.Ordinal);
        Assert.Equal(TierReadStatus.Faulted, (await tier.LookAsync("1")).Status);
        await RedisServer.WaitAsync(async () => (await tier.LookAsync("1")).Status == TierReadStatus.Hit, "what was loaded");
    }

    [Fact]
    public async Task AnyCall_ToAReplica_IsFaulted()
    {
        await using RedisServer master = await RedisServer.StartAsync();
        await using RedisServer replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", master.Address.Split(':')[1]);
        await replica.WaitAsync("INFO replication", "master_link_status:up");
        await using RedisTier tier = await ConnectAsync(replica);
        await AssertFaultedAsync(tier);
        await replica.CommandAsync("REPLICAOF", "NO", "ONE");
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("k", "v") == TierWriteStatus.Done, "the server to be a master");
    }

    [Fact]
    public async Task Set_ToAFullServer_IsRefusedAndLeavesNoFormerValue()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await ConnectAsync(server);
        await tier.WriteAsync("k", "former");
        await tier.WriteAsync("other", "former");
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "1");
        Assert.Equal(TierWriteStatus.Refused, await tier.WriteAsync("k", "newer"));
        Assert.Null(await tier.ReadAsync("k"));
        Assert.Equal(TierWriteStatus.Refused, await tier.KeepAsync("nothing", "loaded", _clock.Next()));

        // Removals are remembered all the same.
        long start = _clock.Next();
        Assert.Equal(TierWriteStatus.Done, await tier.RemoveAsync("other"));
        Assert.Equal(TierWriteStatus.Done, await tier.InvalidateAsync(InvalidationRule.OfAnyTag("red")));
        await server.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("other", "loaded", start));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("nothing", "loaded", start, "red"));
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "newer"));
        Assert.Equal("newer", await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_ThatTimedOut_DoesNotHappenLater()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await ConnectAsync(server);
        await using RedisTier other = await ConnectAsync(server);
        await tier.WriteAsync("k", "first");
        await server.FreezeAsync();
        Task<TierWriteStatus> late = tier.WriteAsync("k", "late");
        Assert.Equal(TierWriteStatus.Faulted, await late);
        await server.ThawAsync();
        await RedisServer.WaitAsync(async () => await other.WriteAsync("k", "newer") == TierWriteStatus.Done, "the server to go on");
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("done", "") == TierWriteStatus.Done, "the first connection to go on");
        Assert.Equal("newer", await tier.ReadAsync("k"));
    }

    private static Task<RedisTier> ConnectAsync(RedisServer server) =>
        RedisTier.ConnectAsync(new RedisTierOptions { Configuration = server.Address, OperationTimeout = TimeSpan.FromMilliseconds(300) });

    private async Task AssertFaultedAsync(RedisTier tier)
    {
        await RedisServer.WaitAsync(async () => (await tier.LookAsync("k")).Status == TierReadStatus.Faulted, "a fault");
        Assert.Equal(TierWriteStatus.Faulted, await tier.WriteAsync("k", "w"));
        Assert.Equal(TierWriteStatus.Faulted, await tier.WriteAsync("k", "w", new EntryOptions { Tags = ["red"] }));
        Assert.NotEqual(TierWriteStatus.Done, await tier.KeepAsync("k", "w", _clock.Next()));
        Assert.Equal(TierWriteStatus.Faulted, await tier.RemoveAsync("k"));
        Assert.Equal(TierWriteStatus.Faulted, await tier.ClearAsync());
        Assert.Equal(TierWriteStatus.Faulted, await tier.InvalidateAsync(InvalidationRule.OfAnyTag("red")));
        var reads = new TierRead[2];
        await tier.GetManyAsync(new ReadOnlyMemory<byte>[] { "k"u8.ToArray(), "l"u8.ToArray() }, reads, new System.Buffers.ArrayBufferWriter<byte>());
        Assert.All(reads, read => Assert.Equal(TierReadStatus.Faulted, read.Status));
        var statuses = new TierWriteStatus[1];
        await tier.SetManyAsync(new TierEntry[] { new("k"u8.ToArray(), new("w"u8.ToArray()), default) }, statuses);
        Assert.Equal(TierWriteStatus.Faulted, statuses[0]);
        await tier.RemoveManyAsync(new ReadOnlyMemory<byte>[] { "k"u8.ToArray() }, statuses);
        Assert.Equal(TierWriteStatus.Faulted, statuses[0]);
        Assert.True(tier.Faults.Failed > 0);
    }
}
