using Strata.Engine.Tests.Concurrency;
using Strata.Engine.Tests.Hashing;
using Strata.TestKit.Bytes;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests.Index;

/// <summary>The index becomes smaller when it is told to: heads are merged, pages emptied and set aside.</summary>
public sealed class ShrinkTests
{
    private const int KeyCount = 60_000;
    private const int Lasting = 2000;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Trim_MostEntriesGone_LeavesAnIndexForTheRest(int stripes)
    {
        using StoreUnderTest subject = NewSubject(stripes);
        Fill(subject);
        double perEntry = (double)subject.Statistics.IndexBytes / KeyCount;
        RemoveAllButLasting(subject);
        Assert.InRange((double)subject.Statistics.IndexBytes / KeyCount, perEntry, perEntry);

        subject.Store.Trim();

        // Two pages a stripe cannot be given up, and the last page of each kind is not full.
        Assert.InRange(subject.Statistics.IndexBytes, 0, (long)(Lasting * perEntry * 1.4) + stripes * 3 * StoreUnderTest.SlabBytes);
        AssertLasting(subject);
    }

    [Fact]
    public void Set_AfterTrim_GrowsTheIndexInThePagesThatWereSetAside()
    {
        using StoreUnderTest subject = NewSubject(1);
        Fill(subject);
        long full = subject.Statistics.IndexBytes;
        for (int round = 0; round < 5; round++)
        {
            RemoveAllButLasting(subject);
            subject.Store.Trim();
            subject.Verify();
            Fill(subject);
            Assert.InRange(subject.Statistics.IndexBytes, full * 0.95, full * 1.05);
            subject.Verify();
        }

        for (int i = 0; i < KeyCount; i++)
            subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 10);
        Assert.Equal(0, subject.Statistics.Evictions);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TryShrink_StepsAmongInsertsAndRemoves_LoseNoKey(int seed)
    {
        const int Most = 8_000;
        using var index = new IndexUnderTest(Secrets.FromSeed((ulong)seed));
        var random = new Random(seed);
        byte[][] keys = [.. Enumerable.Range(0, Most).Select(i => TestBytes.Key(i, 8))];
        // The keys before this place are in the index.
        int count = 0;
        for (int round = 0; round < 150; round++)
        {
            InsertTo(Most);
            random.Shuffle(keys);
            for (int left = random.Next(200, Most * 3 / 4); count > left;)
                index.Remove(keys[--count]);
            for (int step = 0; step < 400 && index.TryShrink(); step++)
                InsertTo(Math.Min(Most, count + random.Next(200)));
            index.Verify();
            Assert.All(keys[..count], key => Assert.True(index.Contains(key)));
        }

        void InsertTo(int wanted)
        {
            while (count < wanted)
                index.Insert(keys[count++]);
        }
    }

    [Fact]
    public void Trim_AfterClear_LeavesTheSmallestIndex()
    {
        using StoreUnderTest subject = NewSubject(1);
        Fill(subject);
        subject.Store.Clear();

        subject.Store.Trim();

        Assert.Equal(2 * StoreUnderTest.SlabBytes, subject.Statistics.IndexBytes);
        Fill(subject);
        AssertLasting(subject);
    }

    [Fact]
    public void SetCapacity_FullOfTinyEntries_IndexAndEntriesShrinkTogether()
    {
        using StoreUnderTest subject = NewSubject(4);
        for (int i = 0; i < 800_000; i++)
            subject.Store.Set(TestBytes.Key(i, 5), []);
        StoreStatistics full = subject.Statistics;

        subject.Store.SetCapacity(2 << 20);

        subject.Verify();
        StoreStatistics small = subject.Statistics;
        double perEntry = (double)full.IndexBytes / full.EntryCount;
        Assert.InRange((double)small.IndexBytes / small.EntryCount, perEntry * 0.6, perEntry * 1.5);
        Assert.InRange(small.EntryCount, full.EntryCount / 12, full.EntryCount / 6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TrimAndWrites_InRandomOrder_KeepEveryEntryFound(int seed)
    {
        using StoreUnderTest subject = NewSubject(1);
        var random = new SplitMix64((ulong)seed);
        var present = new HashSet<int>();
        for (int round = 0; round < 30; round++)
        {
            int target = random.Next(30_000), key;
            while (present.Count < target)
            {
                key = random.Next(KeyCount);
                subject.Set(TestBytes.Key(key, 8), (ulong)key, 10);
                present.Add(key);
            }

            foreach (int gone in present.Where(_ => random.Next(3) != 0).ToArray())
            {
                Assert.True(subject.Store.Remove(TestBytes.Key(gone, 8)));
                present.Remove(gone);
            }

            subject.Store.Trim();
            subject.Verify();
            for (key = 0; key < KeyCount; key += 7)
                Assert.Equal(present.Contains(key), subject.Contains(TestBytes.Key(key, 8)));
        }
    }

    [Fact]
    public void Trim_EveryKeyOfOneHash_ShrinksNothingAndLosesNothing()
    {
        using var subject = new StoreUnderTest(o => (o.HashSecret, o.StripeCount) = (Hashing.Secrets.Degenerate, 1));
        for (int i = 0; i < 1500; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 10);
        for (int i = 0; i < 1000; i++)
            subject.Store.Remove(TestBytes.Key(i, 8));

        subject.Store.Trim();

        subject.Verify();
        for (int i = 0; i < 1500; i++)
            Assert.Equal(i >= 1000, subject.Contains(TestBytes.Key(i, 8)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void MoveNext_IndexShrinksAndGrowsInTheMiddle_SeesEveryLastingEntryOnce(int stripes)
    {
        using StoreUnderTest subject = NewSubject(stripes);
        Fill(subject);
        var seen = new HashSet<byte[]>(ByteKeyComparer.Instance);
        using (ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator())
        {
            for (int step = 0; entries.MoveNext(); step++)
            {
                byte[] key = entries.CurrentKey.ToArray();
                if (BitConverter.ToInt32(key) < Lasting)
                    Assert.True(seen.Add(key), $"Seen twice at step {step}.");
                if (step == 10_000)
                {
                    RemoveAllButLasting(subject);
                    subject.Store.Trim();
                }

                if (step == 10_300)
                    Fill(subject, KeyCount / 2);
            }
        }

        Assert.Equal(Lasting, seen.Count);
    }

    [Fact]
    public void Reads_WhileTheIndexGrowsAndShrinks_NeverMissWhatIsThere()
    {
        using StoreUnderTest subject = NewSubject(1);
        for (int i = 0; i < Lasting; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 10);
        int isDone = 0;
        Crew.Run(3, member =>
        {
            if (member == 0)
            {
                for (int round = 0; round < 150; round++)
                {
                    Fill(subject, KeyCount / 2);
                    RemoveAllButLasting(subject);
                    subject.Store.Trim();
                }

                Volatile.Write(ref isDone, 1);
                return;
            }

            var random = new SplitMix64((ulong)member);
            Span<byte> value = stackalloc byte[10];
            while (Volatile.Read(ref isDone) == 0)
            {
                int key = random.Next(Lasting);
                Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(TestBytes.Key(key, 8), value, out int length));
                Assert.True(TestBytes.IsValue(value[..length], (ulong)key));
            }
        });
    }

    private static StoreUnderTest NewSubject(int stripes) => new(o => (o.CapacityBytes, o.StripeCount) = (16 << 20, stripes));

    private static void Fill(StoreUnderTest subject, int count = KeyCount)
    {
        for (int i = 0; i < count; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 10);
    }

    private static void RemoveAllButLasting(StoreUnderTest subject)
    {
        for (int i = Lasting; i < KeyCount; i++)
            subject.Store.Remove(TestBytes.Key(i, 8));
    }

    private static void AssertLasting(StoreUnderTest subject)
    {
        subject.Verify();
        for (int i = 0; i < Lasting; i++)
            subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 10);
    }
}
