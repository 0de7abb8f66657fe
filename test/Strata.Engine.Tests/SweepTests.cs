using Strata.Engine.Removals;
using Strata.Engine.Tests.Hashing;
using Strata.Engine.Tests.Models;
using Strata.Engine.Tests.Removals;
using Strata.TestKit.Bytes;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>A sweep tests every entry that is there from its beginning to its end, whatever happens to the store meanwhile.</summary>
public sealed class SweepTests
{
    private const int Lasting = 1000;

    private static readonly byte[][] s_lasting = [.. Enumerable.Range(0, Lasting).Select(i => TestBytes.Key(i, 100 + i))];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 1000)]
    public void SweepStep_ToTheEnd_RemovesWhatMatchesAndNothingElse(int stripes, int maxBuckets)
    {
        List<Removal> told = [];
        using var subject = new StoreUnderTest(o =>
        {
            (o.CapacityBytes, o.StripeCount) = (8 << 20, stripes);
            o.RemovalListener = (in RemovedEntry entry) => told.Add(Removal.Of(in entry));
        });
        for (int i = 0; i < 6000; i++)
            subject.Store.Set(TestBytes.Key(i, 8), TestBytes.Value((ulong)i, i % 1000 == 0 ? 20_000 : 60), new WriteOptions { IsMarked = i % 3 == 0 });

        Assert.Equal(2000, Sweep(subject, default(MarkedTest), maxBuckets));

        Assert.Equal(2000, told.Count + subject.Statistics.RemovalsDropped);
        Assert.All(told, removal => Assert.Equal(RemovalReason.Removed, removal.Reason));
        Assert.Equal((4000, 2000), (subject.Statistics.EntryCount, subject.Statistics.Removals));
        for (int i = 0; i < 6000; i++)
            Assert.Equal(i % 3 != 0, subject.Contains(TestBytes.Key(i, 8)));
        Assert.Equal(0, Sweep(subject, default(MarkedTest), maxBuckets));
    }

    [Fact]
    public void SweepStep_ManyInOneChain_RemovesThemAll()
    {
        using var subject = new StoreUnderTest(o => o.HashSecret = Secrets.Degenerate);
        for (int i = 0; i < 500; i++)
            subject.Store.Set(TestBytes.Key(i, 8), TestBytes.Value((ulong)i, 10), new WriteOptions { IsMarked = i != 77 });

        Assert.Equal(499, Sweep(subject, default(MarkedTest), maxBuckets: 1));

        Assert.True(subject.Contains(TestBytes.Key(77, 8)));
    }

    [Fact]
    public void SweepStep_EmptyStore_EndsAfterItsBuckets()
    {
        using var subject = new StoreUnderTest();
        SweepCursor cursor = default;

        Assert.False(subject.Store.SweepStep(ref cursor, default(MarkedTest), int.MaxValue, out int removed));
        Assert.False(subject.Store.SweepStep(ref cursor, default(MarkedTest), 1, out _));

        Assert.Equal(0, removed);
        Assert.Throws<ArgumentOutOfRangeException>(() => subject.Store.SweepStep(ref cursor, default(MarkedTest), 0, out _));
    }

    [Fact]
    public void SweepStep_ExpiredEntries_AreNotTested()
    {
        using var subject = new StoreUnderTest();
        subject.Set("gone"u8.ToArray(), 1, 10, TimeSpan.FromMilliseconds(5));
        subject.AdvanceMs(5);
        var roll = new RollCall([]);

        Sweep(subject, roll, 10);

        Assert.Empty(roll.Seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void SweepStep_WhileTheIndexGrows_MissesNothing(int maxBuckets)
    {
        int next = 0;
        AssertSeesLasting(o => o.CapacityBytes = 8 << 20, maxBuckets, subject =>
        {
            for (int i = 0; i < 50 * maxBuckets && next < 40_000; i++)
                subject.Store.Set(TestBytes.Key(next++, 9), []);
        });
        Assert.True(next > 5000, "The index hardly grew, so the test proves nothing.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public void SweepStep_WhileTheIndexShrinks_MissesNothing(int maxBuckets)
    {
        const int Others = 40_000;
        int next = 0;
        AssertSeesLasting(
            o => o.CapacityBytes = 8 << 20,
            maxBuckets,
            subject =>
            {
                for (int i = 0; i < 40 * maxBuckets && next < Others; i++)
                    subject.Store.Remove(TestBytes.Key(next++, 9));
                if (next % (40 * 16) == 0)
                    subject.Store.Trim();
            },
            subject =>
            {
                for (int i = 0; i < Others; i++)
                    subject.Store.Set(TestBytes.Key(i, 9), []);
            });
        Assert.True(next > 5000, "Little was removed, so the test proves nothing.");
    }

    [Fact]
    public void SweepStep_WhileTheHandMovesEntries_MissesNothing()
    {
        var random = new SplitMix64(1);
        long copied = 0;
        AssertSeesLasting(o => o.CapacityBytes = 8 << 20, maxBuckets: 1, subject =>
        {
            for (int i = 0; i < 100; i++)
                subject.Store.Set(TestBytes.Key(random.Next(500), 9), new byte[random.Next(900)]);
            subject.Store.Maintain();
            copied = subject.Statistics.CopiedBytes;
        });
        Assert.True(copied > 100_000, "Little was moved, so the test proves nothing.");
    }

    [Fact]
    public void SweepStep_WhileAFloodedStripeIsRehashed_MissesNothing()
    {
        for (int turn = 1; turn < 150; turn += 15)
        {
            int steps = 0;
            long rehashes = 0;
            AssertSeesLasting(o => (o.HashSecret, o.RehashesFloods, o.CapacityBytes) = (Secrets.ByLength, true, 8 << 20), maxBuckets: 1, subject =>
            {
                for (int i = 0; i < 200 && steps == turn; i++)
                    subject.Set(TestBytes.Key(i, 7), 1, 10);
                steps++;
                rehashes = subject.Statistics.Rehashes;
            });
            Assert.Equal(1, rehashes);
        }
    }

    private static void AssertSeesLasting(Action<ByteStoreOptions> configure, int maxBuckets, Action<StoreUnderTest> meanwhile, Action<StoreUnderTest>? before = null)
    {
        using var subject = new StoreUnderTest(configure);
        before?.Invoke(subject);
        foreach (byte[] key in s_lasting)
            subject.Set(key, 1, 50);
        var roll = new RollCall(s_lasting);
        SweepCursor cursor = default;
        while (subject.Store.SweepStep(ref cursor, roll, maxBuckets, out int removed))
        {
            Assert.Equal(0, removed);
            meanwhile(subject);
        }

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.Equal(Lasting, roll.Seen.Count);
    }

    private static int Sweep<TTest>(StoreUnderTest subject, TTest test, int maxBuckets)
        where TTest : IEntryTest
    {
        SweepCursor cursor = default;
        int sum = 0;
        for (bool hasMore = true; hasMore;)
        {
            hasMore = subject.Store.SweepStep(ref cursor, in test, maxBuckets, out int removed);
            sum += removed;
            subject.Store.DeliverRemovals();
        }

        return sum;
    }

    /// <summary>Matches nothing and notes which of the given keys it was asked about.</summary>
    private sealed class RollCall(byte[][] keys) : IEntryTest
    {
        private readonly HashSet<byte[]> _keys = new(keys, ByteKeyComparer.Instance);

        public HashSet<byte[]> Seen { get; } = new(ByteKeyComparer.Instance);

        public bool Matches(in EntryView entry)
        {
            byte[] key = entry.Key.ToArray();
            if (_keys.Contains(key))
                Seen.Add(key);
            return false;
        }
    }
}
