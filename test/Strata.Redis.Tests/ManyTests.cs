using System.Buffers;
using System.Text;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Redis.Tests.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests;

/// <summary>More keys than a window holds, of all kinds, on one server and on a cluster.</summary>
public sealed class ManyTests(OneServer server, OneCluster cluster) : IClassFixture<OneCluster>
{
    private const int KeyCount = 1_500;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ManyVerbs_OfMoreKeysThanAWindow_DoWhatTheSingleOnesDo(bool isCluster)
    {
        RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = isCluster ? cluster.Multiplexer : server.Multiplexer, KeyPrefix = OneServer.NewPrefix() });
        var clock = new HybridClock(TimeProvider.System);
        ReadOnlyMemory<byte>[] keys = [.. Enumerable.Range(0, KeyCount).Select(i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes($"key:{i}"))];
        var statuses = new TierWriteStatus[KeyCount];
        await tier.SetManyAsync(keys.Select((key, i) => new TierEntry(key, Value(i), Options(i, clock.Next()))).ToArray(), statuses);
        // A load whose server was not met before may be refused.
        Assert.All(statuses, (status, i) => Assert.True(status == TierWriteStatus.Done || (i % 4 == 3 && status == TierWriteStatus.Superseded)));

        await tier.InvalidateAsync(InvalidationRule.OfAnyTag("tag 1"));
        var reads = new TierRead[KeyCount];
        var destination = new ArrayBufferWriter<byte>();
        await tier.GetManyAsync(keys, reads, destination);
        int at = 0;
        for (int i = 0; i < KeyCount; i++)
        {
            bool isThere = statuses[i] == TierWriteStatus.Done && !(i % 4 == 2 && i % 3 == 1);
            Assert.Equal(isThere ? TierReadStatus.Hit : TierReadStatus.Miss, reads[i].Status);
            Assert.Equal(isThere && i % 4 == 1, reads[i].TimeToLive != Timeout.InfiniteTimeSpan && isThere);
            Assert.Equal(isThere ? Value(i).ToArray() : [], destination.WrittenSpan.Slice(at, reads[i].ValueBytes).ToArray());
            at += reads[i].ValueBytes;
        }

        Assert.Equal(at, destination.WrittenCount);
        var removals = new TierWriteStatus[KeyCount];
        await tier.RemoveManyAsync(keys, removals);
        for (int i = 0; i < KeyCount; i++)
        {
            // The entries of the tag were met, and so removed, by the reads; not all of them may be by now.
            if (reads[i].Status == TierReadStatus.Hit)
                Assert.Equal(TierWriteStatus.Done, removals[i]);
        }

        await tier.GetManyAsync(keys, reads, destination);
        Assert.All(reads, read => Assert.Equal(TierReadStatus.Miss, read.Status));
        Assert.Equal(0, tier.Faults.Failed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SetMany_OfLoadsDuringWhichAPrefixWasRemoved_KeepsOnlyTheOthers(bool isCluster)
    {
        RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = isCluster ? cluster.Multiplexer : server.Multiplexer, KeyPrefix = OneServer.NewPrefix() });
        var clock = new HybridClock(TimeProvider.System);
        string[] keys = [.. Enumerable.Range(0, 100).Select(i => $"{(i % 3 == 0 ? "gone" : "kept")}:{i}")];
        // All servers have been met, and loads begin well after that.
        foreach (string key in keys)
            await tier.KeepInTheEndAsync(key, "before", clock);
        await TierProbe.WellApartAsync();
        long start = clock.Next();
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(TierWriteStatus.Done, await tier.InvalidateAsync(InvalidationRule.OfPrefix("gone"u8.ToArray()), TestContext.Current.CancellationToken));

        var statuses = new TierWriteStatus[keys.Length];
        await tier.SetManyAsync(keys.Select(key => new TierEntry(Encoding.UTF8.GetBytes(key), Value(1), new EntryOptions { Timestamp = start })).ToArray(), statuses, TestContext.Current.CancellationToken);
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.Equal(i % 3 == 0 ? TierWriteStatus.Superseded : TierWriteStatus.Done, statuses[i]);
            Assert.Equal(i % 3 == 0 ? null : "value 1", await tier.ReadAsync(keys[i]));
        }

        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync(keys[0], "single", start));
        Assert.Null(await tier.ReadAsync(keys[0]));
    }

    [Fact]
    public async Task SetMany_OfLoadsAmongNewerWrites_KeepsTheNewer()
    {
        RedisTier tier = await server.TierAsync(OneServer.NewPrefix());
        var clock = new HybridClock(TimeProvider.System);
        long start = clock.Next();
        string[] keys = [.. Enumerable.Range(0, 40).Select(i => $"key:{i}")];
        for (int i = 0; i < keys.Length; i += 2)
            await tier.WriteAsync(keys[i], "newer");
        for (int i = 1; i < keys.Length; i += 4)
            await tier.RemoveAsync(keys[i]);
        var statuses = new TierWriteStatus[keys.Length];
        await tier.SetManyAsync(keys.Select(key => new TierEntry(Encoding.UTF8.GetBytes(key), Value(1), new EntryOptions { Timestamp = start })).ToArray(), statuses, TestContext.Current.CancellationToken);
        for (int i = 0; i < keys.Length; i++)
        {
            bool isNewest = i % 4 == 3 && statuses[i] == TierWriteStatus.Done;
            Assert.True(isNewest || statuses[i] == TierWriteStatus.Superseded);
            Assert.Equal(i % 2 == 0 ? "newer" : isNewest ? "value 1" : null, await tier.ReadAsync(keys[i]));
        }
    }

    [Fact]
    public async Task SetMany_OfOneKeyTwice_KeepsTheLater()
    {
        RedisTier tier = await server.TierAsync(OneServer.NewPrefix());
        TierEntry[] entries = [.. Enumerable.Range(0, 100).Select(i => new TierEntry("k"u8.ToArray(), Value(i), i % 2 == 0 ? default : new EntryOptions { Tags = ["red"] }))];
        await tier.SetManyAsync(entries, new TierWriteStatus[100]);
        Assert.Equal(Encoding.UTF8.GetString(Value(99)), await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Set_OfAValueTooLong_IsRefusedAndLeavesNoFormerOne()
    {
        RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = server.Multiplexer, KeyPrefix = OneServer.NewPrefix(), MaxValueBytes = 10 });
        foreach (bool isMany in (bool[])[false, true])
        {
            Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "0123456789"));
            var statuses = new TierWriteStatus[1];
            if (isMany)
                await tier.SetManyAsync(new TierEntry[] { new("k"u8.ToArray(), new("01234567890"u8.ToArray()), default) }, statuses);
            else
                statuses[0] = await tier.WriteAsync("k", "01234567890");
            Assert.Equal(TierWriteStatus.Refused, statuses[0]);
            Assert.Null(await tier.ReadAsync("k"));
        }
    }

    private static EntryOptions Options(int i, long timestamp) => (i % 4) switch
    {
        1 => TimeSpan.FromHours(1),
        2 => new EntryOptions { Tags = [$"tag {i % 3}", "all"] },
        3 => new EntryOptions { Timestamp = timestamp },
        _ => default,
    };

    private static ReadOnlySequence<byte> Value(int i) => new(Encoding.UTF8.GetBytes($"value {i}"));
}
