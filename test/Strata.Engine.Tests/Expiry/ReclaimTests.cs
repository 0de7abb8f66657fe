using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

/// <summary>Expired bytes come back with no traffic at all.</summary>
public sealed class ReclaimTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(3_600_000)]
    [InlineData(86_400_000 * 20)]
    public void Maintain_AfterTheTime_TakesBackEntriesAndMemory(int ttlMs)
    {
        using var subject = new StoreUnderTest();
        long empty = subject.Statistics.UsedBytes;
        Fill(subject, 3000, TimeSpan.FromMilliseconds(ttlMs));
        long filled = subject.Statistics.UsedBytes;
        Assert.Equal(3000, subject.Statistics.EntryCount);

        Pass(subject, ttlMs);

        StoreStatistics after = subject.Statistics;
        Assert.InRange(after.EntryCount, 0, 150);
        Assert.InRange(after.Expirations, 2850, 3000);
        Assert.Equal(3000, after.EntryCount + after.Expirations);
        Assert.InRange(after.RecordBytes, 0, filled / 10);
        Assert.Equal(0, after.Evictions);
        // The index keeps its pages; of the slabs at least three quarters are free again.
        Assert.InRange(after.UsedBytes, empty, empty + after.IndexBytes + ((filled - empty) / 4));
    }

    [Fact]
    public void Maintain_MixedWithLongLived_KeepsThoseAndCompacts()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 3000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 200, i % 5 == 0 ? TimeSpan.FromDays(1) : TimeSpan.FromSeconds(2));
        long filled = subject.Statistics.RecordBytes;

        Pass(subject, 2000);

        Assert.InRange(subject.Statistics.EntryCount, 600, 750);
        Assert.InRange(subject.Statistics.RecordBytes, filled / 6, filled * 2 / 5);
        for (int i = 0; i < 3000; i++)
        {
            if (i % 5 == 0)
                subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 200);
            else
                Assert.False(subject.Contains(TestBytes.Key(i, 8)));
        }
    }

    [Fact]
    public void Maintain_LongValues_GivesTheirSlabsBack()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 5; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 100_000, TimeSpan.FromSeconds(1));
        long filled = subject.Statistics.UsedBytes;

        Pass(subject, 1000);

        Assert.Equal(0, subject.Statistics.EntryCount);
        Assert.InRange(subject.Statistics.UsedBytes, 0, filled - 400_000);
    }

    [Fact]
    public void Maintain_NothingExpired_ChangesNothing()
    {
        using var subject = new StoreUnderTest();
        Fill(subject, 1000, TimeSpan.FromHours(1));
        StoreStatistics before = subject.Statistics;

        for (int i = 0; i < 100; i++)
        {
            subject.AdvanceMs(10);
            subject.Store.Maintain();
        }

        Assert.Equal(before.EntryCount, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.Expirations);
        Assert.InRange(subject.Statistics.UsedBytes, 0, before.UsedBytes);
    }

    [Fact]
    public void Maintain_ClockJumpsByYears_StillReclaims()
    {
        using var subject = new StoreUnderTest();
        for (int round = 0; round < 5; round++)
        {
            Fill(subject, 1000, TimeSpan.FromMinutes(1 + (round * 1000)));
            subject.Clock.Advance(TimeSpan.FromDays(900));
            for (int i = 0; i < 50; i++)
                subject.Store.Maintain();
            Assert.InRange(subject.Statistics.EntryCount, 0, 50);
            subject.Verify();
        }
    }

    [Fact]
    public void BackgroundTimer_ClockMoves_ReclaimsWithoutACall()
    {
        using var subject = new StoreUnderTest(o => o.BackgroundMaintenance = true);
        Fill(subject, 3000, TimeSpan.FromSeconds(2));

        for (int i = 0; i < 60; i++)
            subject.AdvanceMs(100);

        Assert.InRange(subject.Statistics.EntryCount, 0, 150);
        Assert.InRange(subject.Statistics.Expirations, 2850, 3000);
    }

    [Fact]
    public void Maintain_TtlsSpreadWidely_TakesBackMostExpiredBytesAtEachMoment()
    {
        using var subject = new StoreUnderTest();
        const int Count = 3000;
        for (int i = 0; i < Count; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 150, TimeSpan.FromSeconds(1 + (i * 60 / Count)));
        for (int second = 0; second < 64; second++)
        {
            for (int tenth = 0; tenth < 10; tenth++)
            {
                subject.AdvanceMs(100);
                subject.Store.Maintain();
            }

            int live = Enumerable.Range(0, Count).Count(i => subject.Contains(TestBytes.Key(i, 8)));
            // A slab is compacted once enough of it is dead, so some expired entries wait; never more than live ones and a quarter.
            Assert.InRange(subject.Statistics.EntryCount, live, (live * 2) + (Count / 4));
        }

        Assert.InRange(subject.Statistics.EntryCount, 0, Count / 20);
    }

    [Fact]
    public void Maintain_SlabsThatNoLongerExpire_AreNotCopied()
    {
        using var subject = new StoreUnderTest();
        Fill(subject, 2000, TimeSpan.FromSeconds(1));
        // A twentieth of each slab is dead, too little to be worth the copies; the rest stays for good.
        for (int i = 0; i < 2000; i++)
        {
            if (i % 20 == 0)
                subject.Store.Remove(TestBytes.Key(i, 8));
            else
                subject.Store.Touch(TestBytes.Key(i, 8), Timeout.InfiniteTimeSpan);
        }

        Pass(subject, 1000);

        Assert.Equal(0, subject.Statistics.CopiedBytes);
        Assert.Equal(1900, subject.Statistics.EntryCount);
    }

    [Fact]
    public void Maintain_ManySlabsWhoseFirstExpiryIsNotWorthIt_LooksAtAllOfThem()
    {
        using var subject = new StoreUnderTest();
        // One short life in each slab brings all of them up at once; the few that are worth reclaiming come last.
        for (int i = 0; i < 3000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 200, TimeSpan.FromMilliseconds(i % 30 == 0 ? 50 : i >= 200 ? 1_000_000 : 60));

        subject.AdvanceMs(100);
        subject.Store.Maintain();

        Assert.InRange(subject.Statistics.Expirations, 150, 330);
        subject.Clock.Advance(TimeSpan.FromMilliseconds(1_000_100));
        subject.Store.Maintain();
        Assert.InRange(subject.Statistics.EntryCount, 0, 150);
    }

    private static void Fill(StoreUnderTest subject, int count, TimeSpan ttl)
    {
        for (int i = 0; i < count; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 200, ttl);
    }

    /// <summary>Lets the time pass, and a little more, with maintenance every now and then as a timer would do it.</summary>
    private static void Pass(StoreUnderTest subject, long milliseconds)
    {
        long step = Math.Max(1, milliseconds / 20);
        for (int i = 0; i < 23; i++)
        {
            subject.AdvanceMs(step);
            subject.Store.Maintain();
        }

        for (int i = 0; i < 30; i++)
        {
            subject.AdvanceMs(100);
            subject.Store.Maintain();
        }
    }
}
