using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

/// <summary>Dead bytes are taken back before a live entry has to go.</summary>
public sealed class ReuseTests
{
    private const int ValueBytes = 160;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Overwrite_SeventyPercentFullManyTimes_HardlyEvicts(int seed)
    {
        using var subject = new StoreUnderTest();
        int count = EntriesOfAFullStore() * 7 / 10;
        var random = new SplitMix64((ulong)seed);
        for (int i = 0; i < count; i++)
            subject.Set(TestBytes.Key(i, 8), 0, ValueBytes);
        for (ulong round = 1; round <= 20; round++)
        {
            for (int i = 0; i < count; i++)
                subject.Set(TestBytes.Key(i, 8), round, random.Next(ValueBytes + 1));
            subject.AssertBudget();
        }

        int missing = Enumerable.Range(0, count).Count(i => !subject.Contains(TestBytes.Key(i, 8)));
        Assert.InRange((double)missing / count, 0, 0.02);
    }

    [Fact]
    public void Remove_AllAndFillAgain_EvictsNothing()
    {
        using var subject = new StoreUnderTest();
        int count = EntriesOfAFullStore() * 8 / 10;
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < count; i++)
                subject.Set(TestBytes.Key((round * count) + i, 8), (ulong)i, ValueBytes);
            for (int i = 0; i < count; i++)
                Assert.True(subject.Store.Remove(TestBytes.Key((round * count) + i, 8)), $"Entry {i} of round {round} was gone.");
        }

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.Equal(0, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.RecordBytes);
    }

    [Fact]
    public void Remove_EverySecondEntryThenFill_KeepsTheOthers()
    {
        using var subject = new StoreUnderTest();
        int count = EntriesOfAFullStore() * 9 / 10;
        for (int i = 0; i < count; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, ValueBytes);
        for (int i = 0; i < count; i += 2)
            Assert.True(subject.Store.Remove(TestBytes.Key(i, 8)));
        for (int i = 0; i < count / 3; i++)
            subject.Set(TestBytes.Key(count + i, 8), (ulong)i, ValueBytes);

        int missing = Enumerable.Range(0, count).Count(i => i % 2 == 1 && !subject.Contains(TestBytes.Key(i, 8)));
        Assert.InRange((double)missing / (count / 2), 0, 0.02);
    }

    [Fact]
    public void LongValues_OverwrittenAndRemoved_GiveTheirSlabsBack()
    {
        using var subject = new StoreUnderTest();
        byte[] kept = "kept"u8.ToArray();
        subject.Set(kept, 1, 5000);
        for (int i = 0; i < 300; i++)
        {
            byte[] key = TestBytes.Key(i % 2, 8);
            subject.Set(key, (ulong)i, 100_000 + (i * 100));
            if (i % 5 == 0)
                Assert.True(subject.Store.Remove(key));
        }

        subject.AssertHit(kept, 1, 5000);
        Assert.Equal(0, subject.Statistics.Evictions);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    public void Compaction_FormerRecordsBesideTheirSuccessors_CopiesTheSuccessors(int firstToGo)
    {
        // A slab holds both records of a key: what it copies is decided by where the slot points, not by which keys it finds.
        using var subject = new StoreUnderTest(o => o.StripeCount = 1);
        const int Keys = 8;
        for (int round = 0; round < 4; round++)
        {
            for (int i = 0; i < Keys; i++)
                subject.Set(TestBytes.Key(i, 8), (ulong)(round * 100 + i), 100 + round * 20);
        }

        // Neighbours that make the slab's bytes mostly dead.
        for (int i = firstToGo; i < firstToGo + 60; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 100);
        for (int i = firstToGo; i < firstToGo + 60; i++)
            Assert.True(subject.Store.Remove(TestBytes.Key(i, 8)));
        subject.Store.Maintain();

        Assert.InRange(subject.Statistics.CopiedBytes, Keys * 160, long.MaxValue);
        for (int i = 0; i < Keys; i++)
            subject.AssertHit(TestBytes.Key(i, 8), (ulong)(300 + i), 160);
        Assert.Equal(Keys, subject.Statistics.EntryCount);
    }

    [Fact]
    public void Expired_BytesAreTakenBeforeLiveOnes()
    {
        using var subject = new StoreUnderTest();
        int full = EntriesOfAFullStore();
        for (int i = 0; i < full * 4 / 10; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, ValueBytes);
        for (int i = 0; i < full * 4 / 10; i++)
            subject.Set(TestBytes.Key(100_000 + i, 8), (ulong)i, ValueBytes, TimeSpan.FromMilliseconds(500));
        subject.AdvanceMs(60_000);
        for (int i = 0; i < full * 4 / 10; i++)
            subject.Set(TestBytes.Key(200_000 + i, 8), (ulong)i, ValueBytes);

        int missing = Enumerable.Range(0, full * 4 / 10).Count(i => !subject.Contains(TestBytes.Key(i, 8)));
        Assert.InRange((double)missing / (full * 4 / 10), 0, 0.02);
    }

    private static int EntriesOfAFullStore()
    {
        using var probe = new StoreUnderTest();
        for (int i = 0; probe.Statistics.Evictions == 0; i++)
            probe.Set(TestBytes.Key(i, 8), 0, ValueBytes);
        return (int)probe.Statistics.EntryCount;
    }
}
