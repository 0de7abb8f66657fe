using Strata.Engine.Layout;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

/// <summary>What removed and overwritten entries leave behind comes back, at a bounded price.</summary>
public sealed class CompactionTests
{
    private const int KeyBytes = 8;
    private const int KeyCount = 12_000;
    private const int TickMs = 50;

    [Fact]
    public void Set_OtherLengths_KeepsFourFifthsOfTheSlabsLive()
    {
        using StoreUnderTest subject = FilledStore(out SplitMix64 random);
        long copied = subject.Statistics.CopiedBytes, written = subject.Statistics.WrittenBytes;

        Overwrite(subject, ref random, 5 * KeyCount, KeyCount, leastLivePercent: 80);

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.Equal(KeyCount, subject.Statistics.EntryCount);
        Assert.InRange(subject.Statistics.CopiedByCompactionBytes - copied, 1, (subject.Statistics.WrittenBytes - written) * 5 / 2);
    }

    [Fact]
    public void Remove_MostEntries_KeepsFourFifthsOfTheSlabsLive()
    {
        using StoreUnderTest subject = FilledStore(out SplitMix64 random);
        for (int i = 0, left = KeyCount; left > KeyCount / 4; i++)
        {
            left -= subject.Store.Remove(TestBytes.Key(random.Next(KeyCount), KeyBytes)) ? 1 : 0;
            if (i % 64 == 0)
                Assert.InRange(LivePercent(subject), 80, 100);
        }

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.Equal(KeyCount / 4, subject.Statistics.EntryCount);
    }

    [Fact]
    public void Maintain_OneSecondAfterTheLoad_NineTenthsOfTheSlabsAreLive()
    {
        using StoreUnderTest subject = FilledStore(out SplitMix64 random);
        Overwrite(subject, ref random, 2 * KeyCount, KeyCount, leastLivePercent: 80);
        Assert.InRange(LivePercent(subject), 80, 88);

        Tick(subject);
        // The load is hardly over: no more is copied than while it lasted.
        Assert.InRange(LivePercent(subject), 80, 88);
        for (int ms = TickMs; ms < 1000; ms += TickMs)
            Tick(subject);

        Assert.InRange(LivePercent(subject), 90, 100);
        long copied = subject.Statistics.CopiedBytes;
        for (int i = 0; i < 100; i++)
            Tick(subject);
        Assert.Equal(copied, subject.Statistics.CopiedBytes);
    }

    [Fact]
    public void Set_FewEntriesAgainAndAgain_CopiesLittleForEachByteWritten()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (4 << 20, 1));
        var random = new SplitMix64(5);

        Overwrite(subject, ref random, 60_000, keyCount: 300, leastLivePercent: 0);

        Assert.InRange(subject.Statistics.CopiedBytes, 0, subject.Statistics.WrittenBytes * 4);
        Assert.InRange(subject.Statistics.SlabBytes, 0, 13 * StoreUnderTest.SlabBytes);
    }

    [Fact]
    public void Set_FewHotAmongManyCold_CopiesLessThanIfAllWereAlike()
    {
        double alike = CopiedPerWritten(skew: 1), skewed = CopiedPerWritten(skew: 16);

        Assert.InRange(skewed, 0, alike * 0.8);
    }

    [Fact]
    public void Maintain_ReadersMeanwhile_FindEveryEntry()
    {
        using StoreUnderTest subject = FilledStore(out SplitMix64 random);
        for (int i = 0; i < KeyCount; i += 3)
            subject.Store.Remove(TestBytes.Key(i, KeyBytes));
        for (int i = 0; i < 20; i++)
            Tick(subject);

        Assert.True(subject.Statistics.CopiedByCompactionBytes > 0, "Nothing was copied, so the test proves nothing.");
        Assert.Equal(subject.Statistics.CopiedByCompactionBytes, subject.Statistics.CopiedBytes);
        for (int i = 0; i < KeyCount; i++)
            Assert.Equal(i % 3 != 0, subject.Contains(TestBytes.Key(i, KeyBytes)));
    }

    [Fact]
    public void WrittenBytes_AnyWrites_AreThoseOfTheRecordsAndChains()
    {
        using var subject = new StoreUnderTest();
        subject.Set("12345678"u8.ToArray(), 0, 100);
        long written = RecordBytes(8, 100, 0);
        Assert.Equal(written, subject.Statistics.WrittenBytes);
        subject.Set("12345678"u8.ToArray(), 0, 100, TimeSpan.FromSeconds(1));
        written += RecordBytes(8, 100, RecordFlags.Expiry);
        Assert.Equal(written, subject.Statistics.WrittenBytes);
        subject.Set("long"u8.ToArray(), 0, (2 * StoreUnderTest.SlabBytes) + 4);
        written += RecordBytes(4, (2 * StoreUnderTest.SlabBytes) + 4, RecordFlags.Chain) + (2 * StoreUnderTest.SlabBytes);
        Assert.Equal(written, subject.Statistics.WrittenBytes);
        Assert.Equal(WriteOutcome.Exists, subject.Store.Add("12345678"u8, "refused"u8));
        Assert.Equal(written, subject.Statistics.WrittenBytes);
        Assert.Equal(0, subject.Statistics.CopiedBytes);
    }

    [Fact]
    public void CopiedByEvictionBytes_HotEntriesInAFlood_AreCounted()
    {
        using var subject = new StoreUnderTest(o => o.StripeCount = 1);
        for (int i = 0; i < 30_000; i++)
        {
            subject.Set(TestBytes.Key(i, KeyBytes), 0, 150);
            subject.Contains(TestBytes.Key(i % 200, KeyBytes));
            for (int read = 0; read < 3; read++)
                subject.Store.TryGet(TestBytes.Key(i & ~63, KeyBytes), new byte[150], out int _);
        }

        Assert.True(subject.Statistics.CopiedByEvictionBytes > 0);
        Assert.Equal(subject.Statistics.CopiedByEvictionBytes, subject.Statistics.CopiedBytes);
    }

    private static int RecordBytes(int keyBytes, int valueBytes, RecordFlags flags) =>
        new RecordHeader(keyBytes, valueBytes, flags).RecordBytes(StoreUnderTest.SlabBytes);

    private static double CopiedPerWritten(int skew)
    {
        using StoreUnderTest subject = FilledStore(out SplitMix64 random);
        for (int round = 0; round < 2; round++)
        {
            // The first round only brings the store into its steady state.
            StoreStatistics before = subject.Statistics;
            for (int i = 0; i < 8 * KeyCount; i++)
            {
                int key = (int)(KeyCount * Math.Pow(random.Next(1 << 20) / (double)(1 << 20), skew));
                subject.Set(TestBytes.Key(key, KeyBytes), 0, random.Next(400));
            }

            StoreStatistics after = subject.Statistics;
            if (round == 1)
                return (double)(after.CopiedBytes - before.CopiedBytes) / (after.WrittenBytes - before.WrittenBytes);
        }

        return 0;
    }

    private static StoreUnderTest FilledStore(out SplitMix64 random)
    {
        var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 << 20, 1));
        random = new SplitMix64(11);
        for (int i = 0; i < KeyCount; i++)
            subject.Set(TestBytes.Key(i, KeyBytes), 0, random.Next(400));
        return subject;
    }

    private static void Overwrite(StoreUnderTest subject, ref SplitMix64 random, int writes, int keyCount, int leastLivePercent)
    {
        for (int i = 0; i < writes; i++)
        {
            subject.Set(TestBytes.Key(random.Next(keyCount), KeyBytes), 0, random.Next(400));
            if (i % 64 == 0)
                Assert.InRange(LivePercent(subject), leastLivePercent, 100);
        }
    }

    private static double LivePercent(StoreUnderTest subject) => 100.0 * subject.Statistics.RecordBytes / subject.Statistics.SlabBytes;

    private static void Tick(StoreUnderTest subject)
    {
        subject.AdvanceMs(TickMs);
        subject.Store.Maintain();
    }
}
