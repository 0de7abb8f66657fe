using Strata.Engine.Index;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Index;

public sealed class LocationTableTests
{
    [Theory]
    [InlineData(1UL, 42, 0, 5_000)]
    [InlineData(2UL, 42, 4, 40_000)]
    [InlineData(3UL, 52, 0, 3_000)]
    [InlineData(4UL, 20, 2, 500)]
    public void Operations_BesideADictionary_AgreeAlways(ulong seed, int payloadBits, int partitionBits, int spread)
    {
        var random = new SplitMix64(seed);
        using var table = new LocationTable(payloadBits, partitionBits);
        var model = new Dictionary<ulong, ulong>();
        ulong mask = (1UL << payloadBits) - 1;
        for (int i = 0; i < 60_000; i++)
        {
            // Keys that come back; the identity is what the table sees of a hash.
            ulong hash = new SplitMix64((ulong)random.Next(spread)).Next();
            ulong identity = table.IdentityBits == 64 ? hash : hash >> (64 - table.IdentityBits);
            ulong payload = Math.Max(1, random.Next() & mask);
            model.TryGetValue(identity, out ulong expected);
            // Grows for the first half, shrinks for the second.
            switch (random.Next(i < 30_000 ? 12 : 4))
            {
                case 0 or 1:
                    Assert.Equal(expected != 0, table.Remove(hash, out ulong removed));
                    Assert.Equal(expected, removed);
                    model.Remove(identity);
                    break;
                case 2:
                    Assert.False(table.TryRemove(hash, payload ^ expected ^ 1 | 2));
                    break;
                case 3:
                    Assert.Equal(expected != 0, table.TryReplace(hash, expected, payload));
                    if (expected != 0)
                        model[identity] = payload;
                    break;
                default:
                    table.Put(hash, payload, out ulong former);
                    Assert.Equal(expected, former);
                    model[identity] = payload;
                    break;
            }
        }

        Assert.Equal(model.Count, table.Count);
        foreach ((ulong identity, ulong payload) in model)
        {
            Assert.True(table.TryGet(table.IdentityBits == 64 ? identity : identity << (64 - table.IdentityBits), out ulong found));
            Assert.Equal(payload, found);
        }

        Assert.Equal(model.Values.Order(), AllPayloads(table).Order());
        table.Clear();
        Assert.Equal(0, table.Count);
        Assert.Empty(AllPayloads(table));
    }

    [Fact]
    public void MemoryBytes_FromTwoHundredEntriesAPartition_IsUnderTenBytesEach()
    {
        const int First = 50_000;
        using var table = new LocationTable(38, 8);
        var random = new SplitMix64(7);
        long most = 0;
        for (int i = 1; i <= 8 * First; i++)
        {
            table.Put(random.Next(), (ulong)i, out _);
            if (i >= First)
                most = Math.Max(most, table.MemoryBytes * 100 / i);
        }

        Assert.InRange(most, 800, 999);
    }

    [Fact]
    public async Task Operations_FromManyThreads_LoseNothing()
    {
        using var table = new LocationTable(20, 3);
        const int PerThread = 40_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (int i = 1; i <= PerThread; i++)
            {
                ulong hash = new SplitMix64((ulong)(thread * PerThread + i)).Next();
                table.Put(hash, (ulong)i, out _);
                Assert.True(table.TryGet(hash, out ulong found));
                Assert.Equal((ulong)i, found);
                if (i % 3 == 0)
                    Assert.True(table.TryRemove(hash, (ulong)i));
            }
        })));
        Assert.Equal(4 * (PerThread - PerThread / 3), table.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(53, 1)]
    [InlineData(40, -1)]
    [InlineData(40, 21)]
    public void Constructor_WithBitsOutsideTheirBounds_Throws(int payloadBits, int partitionBits) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocationTable(payloadBits, partitionBits));

    [Fact]
    public void Put_OfAPayloadOutsideItsBounds_Throws()
    {
        using var table = new LocationTable(10, 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Put(1, 0, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Put(1, 1024, out _));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void AnyCall_AfterDispose_Throws()
    {
        var table = new LocationTable(10, 0);
        table.Put(1, 1, out _);
        table.Dispose();
        table.Dispose();
        Assert.Throws<ObjectDisposedException>(() => table.TryGet(1, out _));
        Assert.Throws<ObjectDisposedException>(() => table.Put(1, 1, out _));
    }

    private static List<ulong> AllPayloads(LocationTable table)
    {
        var payloads = new List<ulong>();
        ulong[] buffer = new ulong[100_000];
        for (int i = 0; i < table.PartitionCount; i++)
            payloads.AddRange(buffer.AsSpan(0, table.CopyPartition(i, buffer)));
        return payloads;
    }
}
