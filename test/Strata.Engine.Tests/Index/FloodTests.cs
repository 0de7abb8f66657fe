using Strata.Engine.Insight;
using Strata.Engine.Tests.Concurrency;
using Strata.Engine.Tests.Hashing;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Index;

/// <summary>Keys that somebody chose to fall into one chain: the stripe notices, and takes another secret.</summary>
public sealed class FloodTests
{
    private const int KeyCount = 3000;
    private const int LongBytes = 30_000;

    [Fact]
    public void Set_KeysThatAllCollide_AreRehashedOnceAndAllThere()
    {
        using StoreUnderTest subject = Flooded(KeyCount);

        for (int i = 0; i < KeyCount; i++)
            subject.AssertHit(KeyOf(i), (ulong)i, LengthOf(i));
        Assert.Equal(1, subject.Statistics.Rehashes);
        Assert.InRange(subject.Statistics.LongChains, 1, 10);
        Assert.Equal(KeyCount, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.Evictions);
    }

    [Fact]
    public void AnyOperation_AfterARehash_FindsItsKey()
    {
        using StoreUnderTest subject = Flooded(KeyCount);
        byte[] value = TestBytes.Value(9, 60);

        Assert.Equal(WriteOutcome.Exists, subject.Store.Add(KeyOf(1), value));
        Assert.Equal(WriteOutcome.Stored, subject.Store.Set(KeyOf(2), value));
        Assert.Equal(WriteOutcome.Stored, subject.Store.Touch(KeyOf(3), TimeSpan.FromMilliseconds(5)));
        Assert.True(subject.Store.Remove(KeyOf(4)));
        var reads = new BatchRead[40];
        Assert.Equal(39, subject.Store.TryGetMany(new ByteSpans([.. Enumerable.Range(0, 40).Select(i => (ReadOnlyMemory<byte>)KeyOf(i))]), new byte[40 * 500], reads));

        Assert.Equal(value, subject.Get(KeyOf(2)));
        subject.AdvanceMs(5);
        Assert.False(subject.Contains(KeyOf(3)));
        int visited = 0;
        foreach (ByteStore.EntryEnumerator _ in subject.Store)
            visited++;
        Assert.Equal(KeyCount - 2, visited);
    }

    [Fact]
    public void GetInsight_AfterARehash_NamesItsKeys()
    {
        using StoreUnderTest subject = Flooded(KeyCount);
        byte[] hot = KeyOf(7), large = "large"u8.ToArray();
        subject.Set(large, 1, 40_000);
        var destination = new byte[LengthOf(7)];
        subject.Store.Maintain();
        for (int i = 0; i < 10; i++)
            Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(hot, destination, out int _));

        StoreInsight insight = subject.Store.GetInsight(new InsightOptions { SampledEntries = int.MaxValue, TopKeys = 1 });

        Assert.Equal(1, subject.Statistics.Rehashes);
        Assert.Equal(hot, Assert.Single(insight.HottestKeys).Key.ToArray());
        Assert.Equal(large, Assert.Single(insight.LargestKeys).Key.ToArray());
    }

    [Fact]
    public void Set_FloodBeyondCapacity_EvictsAndStaysWhole()
    {
        using var subject = new StoreUnderTest(Degenerate);
        for (int i = 0; i < KeyCount; i++)
            subject.Set(KeyOf(i), (ulong)i, 700);

        Assert.InRange(subject.Statistics.Rehashes, 1, 16);
        subject.AssertHit(KeyOf(KeyCount - 1), KeyCount - 1, 700);
        Assert.NotEqual(0, subject.Statistics.Evictions);
    }

    [Fact]
    public void Set_FloodOfAGivenSecret_IsCountedAndLeftAlone()
    {
        using var subject = new StoreUnderTest(o => (o.HashSecret, o.CapacityBytes) = (Secrets.Degenerate, 8 << 20));
        for (int i = 0; i < 500; i++)
            subject.Set(KeyOf(i), (ulong)i, 10);

        Assert.Equal(0, subject.Statistics.Rehashes);
        Assert.InRange(subject.Statistics.LongChains, 500 - 80, 500);
    }

    [Fact]
    public void Set_KeysOfNoIntent_MakeNoLongChain()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 32 << 20);
        for (int i = 0; i < 200_000; i++)
            subject.Store.Set(BitConverter.GetBytes(i), []);

        Assert.Equal(0, subject.Statistics.LongChains);
    }

    [Fact]
    public void TryGet_WhileAStripeIsRehashed_NeverMissesWhatIsThere()
    {
        const int Lasting = 1000, Rounds = 25;
        for (int round = 0; round < Rounds; round++)
        {
            using var subject = new StoreUnderTest(o => (o.HashSecret, o.RehashesFloods, o.CapacityBytes) = (Secrets.ByLength, true, 8 << 20));
            byte[][] lasting = [.. Enumerable.Range(0, Lasting).Select(i => TestBytes.Key(i, 100 + i))];
            for (int i = 0; i < Lasting; i++)
                subject.Set(lasting[i], (ulong)i, 50);
            bool isDone = false;
            Crew.Run(3, member =>
            {
                if (member == 0)
                {
                    for (int i = 0; i < 200; i++)
                        subject.Set(TestBytes.Key(i, 7), 1, 10);
                    Volatile.Write(ref isDone, true);
                    return;
                }

                var destination = new byte[50];
                for (int i = 0; !Volatile.Read(ref isDone); i++)
                {
                    Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(lasting[i % Lasting], destination, out int _));
                    Assert.True(TestBytes.IsValue(destination, (ulong)(i % Lasting)));
                }
            });
            Assert.Equal(1, subject.Statistics.Rehashes);
        }
    }

    // Long values and a time to live among them.
    private static StoreUnderTest Flooded(int count)
    {
        var subject = new StoreUnderTest(o =>
        {
            Degenerate(o);
            o.CapacityBytes = 16 << 20;
        });
        for (int i = 0; i < count; i++)
            subject.Set(KeyOf(i), (ulong)i, LengthOf(i), i % 3 == 0 ? TimeSpan.FromSeconds(5) : null);
        return subject;
    }

    private static void Degenerate(ByteStoreOptions options) => (options.HashSecret, options.RehashesFloods) = (Secrets.Degenerate, true);

    private static int LengthOf(int i) => i % 500 == 499 ? LongBytes : i % 370;

    private static byte[] KeyOf(int i) => TestBytes.Key(i, 4 + (i % 30));
}
