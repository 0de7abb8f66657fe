using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class BudgetTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 4)]
    public void Churn_MixedSizesAndLongValues_NeverExceedsCapacity(int seed, int stripes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (stripes * (1L << 20), stripes));
        var random = new SplitMix64((ulong)seed);
        int longest = (int)subject.Store.MaxValueBytes;
        for (int i = 0; i < 20_000; i++)
        {
            int key = random.Next(5000);
            int valueBytes = random.Next(100) switch
            {
                < 80 => random.Next(500),
                < 97 => random.Next(8000),
                < 99 => random.Next(60_000),
                _ => longest - random.Next(1000),
            };
            subject.Store.Set(TestBytes.Key(key, 4 + (key % 60)), TestBytes.Value((ulong)key, valueBytes));
            if (random.Next(4) == 0)
                subject.Store.Remove(TestBytes.Key(random.Next(5000), 4));
            subject.AssertBudget();
            if (i % 2000 == 1999)
                subject.Verify();
        }

        Assert.True(subject.Statistics.Evictions > 0);
    }

    [Fact]
    public void Churn_LongValuesOnly_NeverExceedsCapacityAndKeepsTheNewest()
    {
        using var subject = new StoreUnderTest();
        int longest = (int)subject.Store.MaxValueBytes;
        for (int i = 0; i < 400; i++)
        {
            int valueBytes = longest - ((i * 7919) % (longest / 2));
            subject.Set(TestBytes.Key(i, 9), (ulong)i, valueBytes);
            subject.AssertHit(TestBytes.Key(i, 9), (ulong)i, valueBytes);
            subject.AssertBudget();
        }
    }

    [Fact]
    public void Fill_UniqueKeys_WritesEqualEntriesPlusEvictions()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 20_000; i++)
        {
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 100);
            if (i % 1000 == 0)
            {
                StoreStatistics now = subject.Statistics;
                Assert.Equal(now.Writes, now.EntryCount + now.Evictions);
            }
        }

        StoreStatistics statistics = subject.Statistics;
        Assert.Equal(20_000, statistics.Writes);
        Assert.Equal(20_000, statistics.EntryCount + statistics.Evictions);
        int found = Enumerable.Range(0, 20_000).Count(i => subject.Contains(TestBytes.Key(i, 9)));
        Assert.Equal(statistics.EntryCount, found);
    }

    [Fact]
    public void Fill_BeforeTheStoreIsFull_EvictsNothing()
    {
        using var subject = new StoreUnderTest();
        int count = 0;
        while (subject.Statistics.UsedBytes < (1 << 20) * 8 / 10)
        {
            subject.Set(TestBytes.Key(count, 9), (ulong)count, 100);
            count++;
        }

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.Equal(count, subject.Statistics.EntryCount);
    }

    [Fact]
    public void Fill_FullStore_HoldsMostlyRecords()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes) = (16 << 20, 0));
        for (int i = 0; i < 200_000; i++)
            subject.Set(TestBytes.Key(i, 16), (ulong)i, 200);

        StoreStatistics statistics = subject.Statistics;
        Assert.InRange((double)statistics.RecordBytes / statistics.CapacityBytes, 0.75, 1.0);
        Assert.True(statistics.RecordBytes >= statistics.EntryCount * (4 + 16 + 200));
    }

    [Fact]
    public void RecordSlabLimit_Set_BoundsTheRecords()
    {
        const int Limit = 64;
        using var subject = new StoreUnderTest(o => o.RecordSlabLimit = Limit);
        for (int i = 0; i < 20_000; i++)
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 100);

        Assert.InRange(subject.Statistics.RecordBytes, Limit * StoreUnderTest.SlabBytes / 2, Limit * StoreUnderTest.SlabBytes);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100_000)]
    public void RefusedWrites_OfLongValuesIntoAFullStore_EvictNothing(int formerBytes)
    {
        using var subject = new StoreUnderTest();
        byte[] key = "there"u8.ToArray(), longValue = new byte[200_000];
        for (int i = 0; i < 6000; i++)
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 200);
        subject.Store.Set(key, TestBytes.Value(1, formerBytes), new WriteOptions { Versioned = true });
        Assert.True(subject.Store.TryGetInfo(key, out EntryInfo info));
        StoreStatistics before = subject.Statistics;
        long counter = 2;

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(WriteOutcome.Exists, subject.Store.Add(key, longValue));
            Assert.Equal(WriteOutcome.VersionMismatch, subject.Store.CompareExchange(key, longValue, info.Version + 1, default, out _));
            Assert.Equal(WriteOutcome.NotFound, subject.Store.CompareExchange("absent"u8, longValue, 1, default, out _));
            Assert.Equal(WriteOutcome.Overtaken, subject.Store.Set(key, longValue, default, new WriteFence(ref counter, 1)));
            Assert.Equal(WriteOutcome.Exists, subject.Store.Add(key, new byte[8000]));
        }

        Assert.Equal(before, subject.Statistics);
        subject.AssertHit(key, 1, formerBytes);
    }

    [Fact]
    public void Set_NewestKey_IsThereRightAfterwards()
    {
        using var subject = new StoreUnderTest();
        var random = new SplitMix64(77);
        for (int i = 0; i < 20_000; i++)
        {
            int valueBytes = random.Next(1500);
            subject.Set(TestBytes.Key(i, 9), (ulong)i, valueBytes);
            subject.AssertHit(TestBytes.Key(i, 9), (ulong)i, valueBytes);
        }
    }
}
