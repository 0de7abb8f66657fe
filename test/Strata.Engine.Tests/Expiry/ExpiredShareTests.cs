using Strata.Engine.Layout;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

/// <summary>How many bytes are expired and still there, and what it costs to keep them few.</summary>
public sealed class ExpiredShareTests
{
    private const int TickMs = 50;
    private const int KeyBytes = 8;

    [Fact]
    public void Maintain_ThreeLifetimesSideBySide_SlabsGoWhole()
    {
        using var subject = NewStore();
        int[] ttlSeconds = [10, 100, 1000];
        const int Count = 30_000;
        for (int i = 0; i < Count; i++)
            subject.Set(TestBytes.Key(i, KeyBytes), 0, 150, TimeSpan.FromSeconds(ttlSeconds[i % 3]));
        long written = subject.Statistics.WrittenBytes;

        for (int lifetimes = 1; lifetimes <= 3; lifetimes++)
        {
            subject.AdvanceMs(ttlSeconds[lifetimes - 1] * 1000 - (lifetimes == 1 ? 0 : ttlSeconds[lifetimes - 2] * 1000));
            for (int tick = 0; tick < 4; tick++)
                Tick(subject);
            Assert.InRange(subject.Statistics.Expirations, Count / 3 * lifetimes * 95 / 100, Count / 3 * lifetimes);
            Assert.InRange(subject.Statistics.SlabBytes, 0, (written * (3 - lifetimes) / 3) + (written / 20));
        }

        Assert.Equal(0, subject.Statistics.Evictions);
        // The first few slabs were too few to keep the lifetimes apart.
        Assert.InRange(subject.Statistics.CopiedBytes, 0, written / 20);
    }

    [Theory]
    [InlineData(1, 500, 10_000)]
    [InlineData(2, 2_000, 60_000)]
    [InlineData(3, 15_000, 16_000)]
    public void Maintain_AnyLifetimes_ExpiredStaysBelowFivePercentOfTheUsedBytes(int seed, int leastTtlMs, int mostTtlMs)
    {
        using var subject = NewStore();
        var random = new SplitMix64((ulong)seed);
        var expiring = new PriorityQueue<int, long>();
        long nowMs = 0, liveBytes = 0, live = 0;
        const int PerTick = 60;
        double ratio = (double)mostTtlMs / leastTtlMs;
        for (int i = 0; i < 60_000; nowMs += TickMs)
        {
            for (int written = 0; written < PerTick; written++, i++)
            {
                bool expires = random.Next(5) != 0;
                int valueBytes = random.Next(250);
                long ttlMs = (long)(leastTtlMs * Math.Pow(ratio, random.Next(1000) / 1000.0));
                subject.Set(TestBytes.Key(i, KeyBytes), 0, valueBytes, expires ? TimeSpan.FromMilliseconds(ttlMs) : null);
                int recordBytes = RecordBytes(valueBytes, expires);
                liveBytes += recordBytes;
                live++;
                if (expires)
                    expiring.Enqueue(recordBytes, nowMs + ttlMs);
            }

            subject.AdvanceMs(TickMs);
            // At its worst just before the timer fires.
            for (; expiring.TryPeek(out int recordBytes, out long expiryMs) && expiryMs <= nowMs + TickMs; expiring.Dequeue(), live--)
                liveBytes -= recordBytes;
            StoreStatistics statistics = subject.Statistics;
            Assert.Equal(0, statistics.Evictions);
            Assert.InRange(statistics.RecordBytes, liveBytes, liveBytes + (statistics.UsedBytes / 20));
            subject.Store.Maintain();
        }

        Assert.InRange(subject.Statistics.CopiedByExpiryBytes, 0, subject.Statistics.WrittenBytes * 5 / 2);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(15)]
    public void Set_StoreIsFullOfLiveAndExpired_EvictsNothingWhileMuchIsExpired(int everyNth)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (4 << 20, 1));
        int count = FillAndExpire(subject, everyNth);
        long expired = subject.Statistics.EntryCount / everyNth;

        // As many as have expired, but for the last twentieth of the used bytes.
        long last = subject.Statistics.EntryCount * subject.Statistics.UsedBytes / subject.Statistics.RecordBytes / 20;
        for (int i = 0; i < expired - last; i++)
            subject.Set(TestBytes.Key(count + i, KeyBytes), 0, 150);

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.InRange(subject.Statistics.Expirations, 1, expired);
    }

    [Fact]
    public void Maintain_LongValueAmongLastingEntries_GivesItsPagesBackWithoutACopy()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 200; i++)
            subject.Set(TestBytes.Key(i, KeyBytes), (ulong)i, 150, TimeSpan.FromHours(1));
        for (int i = 200; i < 203; i++)
        {
            // Written with a long life, so that it stands among the others.
            subject.Set(TestBytes.Key(i, KeyBytes), (ulong)i, 80_010, TimeSpan.FromHours(1));
            subject.Store.Touch(TestBytes.Key(i, KeyBytes), TimeSpan.FromSeconds(1));
        }

        long filled = subject.Statistics.UsedBytes;
        subject.AdvanceMs(1000 + TickMs);
        subject.Store.Maintain();

        Assert.Equal(200, subject.Statistics.EntryCount);
        Assert.Equal(3, subject.Statistics.Expirations);
        // Each filled nine pages with what its record did not hold.
        Assert.InRange(filled - subject.Statistics.UsedBytes, 3 * 9 * StoreUnderTest.SlabBytes, 3 * 10 * StoreUnderTest.SlabBytes);
        Assert.Equal(0, subject.Statistics.CopiedBytes);
    }

    public static TheoryData<string> Writes => [.. WriteVerbs.Keys];

    private static Dictionary<string, Action<StoreUnderTest, byte[]>> WriteVerbs { get; } = new()
    {
        ["Set of the same length"] = (s, key) => s.Set(key, 1, 150, TimeSpan.FromHours(1)),
        ["Set of another length"] = (s, key) => s.Set(key, 1, 100, TimeSpan.FromHours(1)),
        ["Set without a lifetime"] = (s, key) => s.Set(key, 1, 150),
        ["Add"] = (s, key) => Assert.Equal(WriteOutcome.Stored, s.Store.Add(key, TestBytes.Value(1, 150))),
        ["Remove"] = (s, key) => Assert.False(s.Store.Remove(key)),
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public void AnyWrite_OfAnEntryThatIsKnownAsExpired_NoLongerCountsItsBytes(string write)
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 2000; i++)
            subject.Set(TestBytes.Key(i, KeyBytes), 0, 150, TimeSpan.FromHours(1));
        for (int i = 1000; i < 1010; i++)
            subject.Store.Touch(TestBytes.Key(i, KeyBytes), TimeSpan.FromSeconds(1));
        subject.AdvanceMs(1000 + TickMs);
        subject.Store.Maintain();
        Assert.Equal(10 * RecordBytes(150, expires: true), subject.Statistics.ExpiredBytes);

        WriteVerbs[write](subject, TestBytes.Key(1005, KeyBytes));

        Assert.Equal(9 * RecordBytes(150, expires: true), subject.Statistics.ExpiredBytes);
        subject.Verify();
    }

    [Fact]
    public void Touch_LivesShorterThanTheSweep_IsCountedWhenItExpires()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 2000; i++)
            subject.Set(TestBytes.Key(i, KeyBytes), 0, 150, TimeSpan.FromHours(1));
        for (int round = 0; round < 5; round++)
        {
            subject.Store.Touch(TestBytes.Key(1000 + round, KeyBytes), TimeSpan.FromMilliseconds(500));
            subject.AdvanceMs(500 + TickMs);
            subject.Store.Maintain();
            Assert.Equal((round + 1) * RecordBytes(150, expires: true), subject.Statistics.ExpiredBytes);
            subject.Verify();
        }
    }

    [Fact]
    public void BackgroundTimer_MuchToReclaim_StopsInTimeAndGoesOnTheNextTime()
    {
        var clock = new HookedTimeProvider();
        using var subject = new StoreUnderTest(o => (o.TimeProvider, o.BackgroundMaintenance, o.CapacityBytes, o.StripeCount) = (clock, true, 8 << 20, 1));
        const int Count = 25_000;
        for (int i = 0; i < Count; i++)
            subject.Set(TestBytes.Key(i, KeyBytes), 0, 100, TimeSpan.FromSeconds(1));
        clock.NowMs = 2000;
        // Each look at the clock finds it ten milliseconds further.
        clock.OnReading = () => clock.NowMs += 10;

        clock.FireTimer();

        long atOnce = subject.Statistics.Expirations;
        Assert.InRange(atOnce, 0, Count / 2);
        for (int i = 0; i < 50; i++)
            clock.FireTimer();
        Assert.Equal(Count, subject.Statistics.Expirations);
        clock.OnReading = null;
    }

    private static StoreUnderTest NewStore() => new(o => (o.CapacityBytes, o.StripeCount) = (16 << 20, 1));

    private static void Tick(StoreUnderTest subject)
    {
        subject.AdvanceMs(TickMs);
        subject.Store.Maintain();
    }

    // Every nth entry expires, wherever it stands: each was written with the same lifetime.
    private static int FillAndExpire(StoreUnderTest subject, int everyNth)
    {
        int count = 0;
        while (subject.Statistics.UsedBytes < subject.Statistics.CapacityBytes - (4 * StoreUnderTest.SlabBytes))
            subject.Set(TestBytes.Key(count++, KeyBytes), 0, 150, TimeSpan.FromHours(1));
        Assert.Equal(0, subject.Statistics.Evictions);
        for (int i = 0; i < count; i += everyNth)
            subject.Store.Touch(TestBytes.Key(i, KeyBytes), TimeSpan.FromSeconds(1));
        subject.AdvanceMs(1100);
        return count;
    }

    private static int RecordBytes(int valueBytes, bool expires) =>
        new RecordHeader(KeyBytes, valueBytes, expires ? RecordFlags.Expiry : 0).RecordBytes(StoreUnderTest.SlabBytes);
}
