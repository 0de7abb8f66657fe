using Strata.Engine.Insight;
using Strata.Engine.Tests.Concurrency;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Insight;

/// <summary>What an insight says of a store whose content is known.</summary>
public sealed class InsightTests
{
    private static readonly InsightOptions s_all = new() { SampledEntries = int.MaxValue };

    [Fact]
    public void GetInsight_EmptyStore_IsAllZero()
    {
        using var subject = new StoreUnderTest();

        StoreInsight insight = subject.Store.GetInsight();

        Assert.Equal((0, 0, 0, 0), (insight.EntryCount, insight.SampledEntries, insight.HottestKeys.Count, insight.LargestKeys.Count));
        Assert.All(insight.Frequencies, found => Assert.Equal(default, found));
        Assert.Null(insight.HitRatios);
    }

    [Fact]
    public void GetInsight_WholeStore_CountsEveryEntryAndByteOnce()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 << 20, 4));
        for (int i = 0; i < 20_000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, i % 200, i % 3 == 0 ? TimeSpan.FromMinutes(1 + (i % 900)) : null);
        for (int i = 0; i < 5000; i++)
            subject.Store.Remove(TestBytes.Key(i, 8));

        StoreInsight insight = subject.Store.GetInsight(s_all);

        StoreStatistics statistics = subject.Statistics;
        Assert.Equal((statistics.EntryCount, statistics.EntryCount), (insight.EntryCount, insight.SampledEntries));
        Assert.Equal((statistics.EntryCount, statistics.RecordBytes), Sum(insight.Frequencies));
        Assert.Equal((statistics.EntryCount, statistics.RecordBytes), Sum(insight.Ages.Select(found => found.Entries)));
        Assert.Equal((statistics.EntryCount, statistics.RecordBytes), Sum([insight.NotExpiring, .. insight.TimesToLive.Select(found => found.Entries)]));
    }

    [Fact]
    public void GetInsight_Sample_IsScaledToTheWholeStore()
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (16 << 20, 4));
        for (int i = 0; i < 60_000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, i % 4 == 0 ? 200 : 40, i % 4 == 0 ? TimeSpan.FromMinutes(5) : null);

        StoreInsight insight = subject.Store.GetInsight(new InsightOptions { SampledEntries = 6000 });

        Assert.InRange(insight.SampledEntries, 4000, 8000);
        Assert.InRange(Class(insight.TimesToLive, TimeSpan.FromMinutes(10)).EntryCount, 13_000, 17_000);
        Assert.InRange(insight.NotExpiring.EntryCount, 43_000, 47_000);
        Assert.InRange(Sum(insight.Ages.Select(found => found.Entries)).Bytes / (double)subject.Statistics.RecordBytes, 0.95, 1.05);
    }

    [Fact]
    public void GetInsight_Frequencies_AreThoseOfTheReads()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 400; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 10);
        for (int i = 0; i < 400; i++)
        {
            for (int read = 0; read < i % 4 * (i % 4); read++)
                subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 10);
        }

        Assert.Equal([100, 100, 0, 200], subject.Store.GetInsight(s_all).Frequencies.Select(found => found.EntryCount));
    }

    [Fact]
    public void GetInsight_TimesToLive_AreWhatIsLeft()
    {
        using var subject = new StoreUnderTest();
        subject.Set("now"u8.ToArray(), 1, 10, TimeSpan.FromSeconds(5));
        subject.Set("soon"u8.ToArray(), 1, 20, TimeSpan.FromSeconds(10));
        subject.Set("later"u8.ToArray(), 1, 30, TimeSpan.FromHours(2));
        subject.Set("last"u8.ToArray(), 1, 40, TimeSpan.FromDays(400));
        subject.Set("never"u8.ToArray(), 1, 50);
        subject.AdvanceMs(5000);

        StoreInsight insight = subject.Store.GetInsight(s_all);

        Assert.Equal(1, Class(insight.TimesToLive, TimeSpan.Zero).EntryCount);
        Assert.Equal(1, Class(insight.TimesToLive, TimeSpan.FromSeconds(10)).EntryCount);
        Assert.Equal(1, Class(insight.TimesToLive, TimeSpan.FromHours(6)).EntryCount);
        Assert.Equal(1, Class(insight.TimesToLive, TimeSpan.MaxValue).EntryCount);
        Assert.Equal(1, insight.NotExpiring.EntryCount);
    }

    [Fact]
    public void GetInsight_Ages_AreThoseOfTheSlabs()
    {
        using var subject = new StoreUnderTest();
        Fill(first: 0);
        subject.AdvanceMs(5 * 60_000);
        Fill(first: 100);
        subject.AdvanceMs(2000);
        Fill(first: 200);

        StoreInsight insight = subject.Store.GetInsight(s_all);

        Assert.InRange(Class(insight.Ages, TimeSpan.FromMinutes(10)).EntryCount, 95, 105);
        Assert.InRange(Class(insight.Ages, TimeSpan.FromSeconds(10)).EntryCount, 95, 105);
        Assert.InRange(Class(insight.Ages, TimeSpan.FromSeconds(1)).EntryCount, 90, 100);

        void Fill(int first)
        {
            for (int i = first; i < first + 100; i++)
                subject.Set(TestBytes.Key(i, 8), 1, 2000);
        }
    }

    [Fact]
    public void GetInsight_LargestKeys_AreTheLongestValuesInOrder()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 8 << 20);
        for (int i = 0; i < 500; i++)
            subject.Set(TestBytes.Key(i, 8), 1, i * 37 % 500);
        subject.Set("third"u8.ToArray(), 1, 4000);
        subject.Set("first"u8.ToArray(), 1, 300_000);
        subject.Set("second"u8.ToArray(), 1, 20_000);

        StoreInsight insight = subject.Store.GetInsight(new InsightOptions { SampledEntries = 1000, TopKeys = 4 });

        Assert.Equal([("first", 300_000), ("second", 20_000), ("third", 4000)], insight.LargestKeys.Take(3).Select(key => (System.Text.Encoding.UTF8.GetString(key.Key.Span), key.ValueBytes)));
        Assert.Equal(499, insight.LargestKeys[3].ValueBytes);
        Assert.Empty(subject.Store.GetInsight(new InsightOptions { TopKeys = 0 }).LargestKeys);
    }

    [Theory]
    [InlineData("span")]
    [InlineData("entry")]
    [InlineData("writer")]
    [InlineData("batch")]
    [InlineData("lease")]
    public void GetInsight_HottestKeys_AreThoseReadMostWithTheirShares(string way)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (4 << 20, 2));
        for (int i = 0; i < 2000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 20);
        var random = new SplitMix64(5);
        for (int turn = 0; turn < 400; turn++)
        {
            subject.Store.Maintain();
            for (int read = 0; read < 300; read++)
            {
                // A fifth of the reads are of key 7, a tenth of key 8, the others spread.
                int draw = random.Next(10);
                Read(subject.Store, way, TestBytes.Key(draw < 2 ? 7 : draw < 3 ? 8 : random.Next(2000), 8));
            }
        }

        IReadOnlyList<KeyInsight> hottest = subject.Store.GetInsight(new InsightOptions { TopKeys = 3 }).HottestKeys;

        Assert.Equal(3, hottest.Count);
        Assert.Equal(TestBytes.Key(7, 8), hottest[0].Key.ToArray());
        Assert.Equal(TestBytes.Key(8, 8), hottest[1].Key.ToArray());
        Assert.Equal(20, hottest[0].ValueBytes);
        Assert.InRange(hottest[0].HitShare, 0.17, 0.23);
        Assert.InRange(hottest[1].HitShare, 0.08, 0.12);
        Assert.InRange(hottest[2].HitShare, 0, 0.02);
    }

    [Fact]
    public void GetInsight_ReadsFollowZipf_TheHottestAreThoseTrulyReadMost()
    {
        const int KeyCount = 5000;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (4 << 20, 2));
        for (int i = 0; i < KeyCount; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 20);
        var reads = new int[KeyCount];
        var destination = new byte[20];
        int request = 0;
        foreach (int key in new TraceLoad("zipf", KeyCount, 1.0).Keys(1_000_000))
        {
            reads[key]++;
            Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(TestBytes.Key(key, 8), destination, out int _));
            // One hit of sixteen becomes a sample.
            if (++request % 1024 == 0)
                subject.Store.Maintain();
        }

        IReadOnlyList<KeyInsight> hottest = subject.Store.GetInsight(new InsightOptions { TopKeys = 20 }).HottestKeys;

        int[] found = [.. hottest.Select(key => BitConverter.ToInt32(key.Key.Span))];
        int[] truth = [.. Enumerable.Range(0, KeyCount).OrderByDescending(key => reads[key])];
        Assert.Equal(truth[..5], found[..5]);
        Assert.True(found.Intersect(truth[..20]).Count() >= 17, $"Of the twenty hottest only some were found: {string.Join(' ', found)}.");
        Assert.All(Enumerable.Range(0, 5), i => Assert.InRange(hottest[i].HitShare / (reads[found[i]] / 1e6), 0.85, 1.15));
    }

    [Fact]
    public void GetInsight_WhileTheStoreIsUsedAndDisposed_OnlySaysThatItIs()
    {
        var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount, o.EstimatesHitRatios) = (4 << 20, 2, true));
        Crew.Run(4, member =>
        {
            var destination = new byte[300];
            try
            {
                for (int i = 0; i < 20_000 || member != 0; i++)
                {
                    byte[] key = TestBytes.Key(i % 9000, 8);
                    if (member == 1)
                        Assert.InRange(subject.Store.GetInsight(new InsightOptions { SampledEntries = int.MaxValue, TopKeys = 256 }).LargestKeys.Count, 0, 256);
                    else if (subject.Store.TryGet(key, destination, out int _) == ReadOutcome.Miss)
                        subject.Store.Set(key, destination.AsSpan(0, i % 300));
                    if (member == 2 && i % 5000 == 0)
                        subject.Store.Clear();
                }

                subject.DisposeStoreNow();
            }
            catch (ObjectDisposedException)
            {
                Assert.NotEqual(0, member);
            }
        });

        Assert.Throws<ObjectDisposedException>(() => subject.Store.GetInsight());
    }

    [Fact]
    public void GetInsight_HotKeyHasLeft_IsNotListed()
    {
        using var subject = new StoreUnderTest();
        byte[] key = "hot"u8.ToArray();
        subject.Set(key, 1, 20);
        subject.Store.Maintain();
        for (int i = 0; i < 10; i++)
            subject.AssertHit(key, 1, 20);
        Assert.Equal(key, Assert.Single(subject.Store.GetInsight().HottestKeys).Key.ToArray());

        subject.Store.Remove(key);

        Assert.Empty(subject.Store.GetInsight().HottestKeys);
    }

    [Theory]
    [InlineData(0, 16, nameof(InsightOptions.SampledEntries))]
    [InlineData(10, -1, nameof(InsightOptions.TopKeys))]
    [InlineData(10, 257, nameof(InsightOptions.TopKeys))]
    public void GetInsight_OptionOutOfRange_NamesIt(int sampledEntries, int topKeys, string option)
    {
        using var subject = new StoreUnderTest();

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => subject.Store.GetInsight(new InsightOptions { SampledEntries = sampledEntries, TopKeys = topKeys }));

        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    private static void Read(ByteStore store, string way, byte[] key)
    {
        Span<byte> destination = stackalloc byte[20];
        ReadOutcome outcome = way switch
        {
            "span" => store.TryGet(key, destination, out int _),
            "entry" => store.TryGetEntry(key, destination, out EntryInfo _),
            "writer" => store.TryGet(key, new System.Buffers.ArrayBufferWriter<byte>(), out EntryInfo _),
            "lease" => Lease(store, key),
            _ => store.TryGetMany(new ByteSpans([key]), destination, new BatchRead[1]) == 1 ? ReadOutcome.Hit : ReadOutcome.Miss,
        };
        Assert.Equal(ReadOutcome.Hit, outcome);
    }

    private static ReadOutcome Lease(ByteStore store, byte[] key)
    {
        ReadOutcome outcome = store.TryLease(key, out ValueLease lease);
        lease.Dispose();
        return outcome;
    }

    private static EntryClass Class(IReadOnlyList<TimeClass> classes, TimeSpan below) => classes.Single(found => found.Below == below).Entries;

    private static (long EntryCount, long Bytes) Sum(IEnumerable<EntryClass> classes) => (classes.Sum(found => found.EntryCount), classes.Sum(found => found.Bytes));
}
