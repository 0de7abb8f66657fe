using Strata.Engine.Hashing;
using Strata.Engine.Tests.Concurrency;
using Strata.Engine.Tests.Hashing;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Leases;

/// <summary>Leases hold an eighth of the capacity at most, so that whoever holds them, for however long, never stalls the store.</summary>
[Collection(nameof(LeaseCollection))]
public sealed class LeaseBoundTests
{
    private const int NewSeed = 5000;

    [Fact]
    public void TryLease_OnEverySlab_HoldsAnEighthAndCopiesTheRest()
    {
        using var subject = new StoreUnderTest();
        int count = FillOnePerSlab(subject);
        using var holders = new LeaseHolders(subject.Store);
        holders.Take(Enumerable.Range(0, count));

        Assert.True(holders.Leases.Count > 60, $"Only {holders.Leases.Count} leases.");
        StoreStatistics statistics = subject.Statistics;
        Assert.Equal(holders.PinnedCount, statistics.Leases);
        Assert.Equal(holders.Leases.Count - holders.PinnedCount, statistics.LeaseCopies);
        Assert.Equal(holders.PinnedCount * StoreUnderTest.SlabBytes, statistics.LeasedBytes);
        // All that may be held is: one more slab would be too much.
        Assert.InRange(statistics.LeasedBytes, statistics.CapacityBytes / 10, statistics.CapacityBytes / 8);
    }

    [Fact]
    public void TryLease_ManyTimesInOneSlab_CountsItOnce()
    {
        using var subject = new StoreUnderTest();
        subject.Set(TestBytes.Key(1, 8), 1, 100);
        using var holders = new LeaseHolders(subject.Store);
        // More of them than there are slabs in an eighth of the store.
        holders.Take(Enumerable.Repeat(1, 30));

        Assert.Equal(30, holders.PinnedCount);
        Assert.Equal((30, StoreUnderTest.SlabBytes), (subject.Statistics.Leases, subject.Statistics.LeasedBytes));
    }

    [Fact]
    public void TryLease_LongValues_CountWithTheirChains()
    {
        using var subject = new StoreUnderTest();
        byte[] first = "first"u8.ToArray(), second = "second"u8.ToArray(), longest = "longest"u8.ToArray();
        subject.Set(first, 1, 8 * StoreUnderTest.SlabBytes + 100);
        subject.Set(second, 2, 8 * StoreUnderTest.SlabBytes + 100);
        subject.Set(longest, 3, 200_000);

        subject.Store.TryLease(longest, out ValueLease tooLong);
        subject.Store.TryLease(first, out ValueLease held);
        subject.Store.TryLease(first, out ValueLease again);
        subject.Store.TryLease(second, out ValueLease tooMany);

        Assert.Equal((true, false, false, true), (tooLong.IsCopy, held.IsCopy, again.IsCopy, tooMany.IsCopy));
        // Eight pages and a slab.
        Assert.Equal((2, 9 * StoreUnderTest.SlabBytes), (subject.Statistics.Leases, subject.Statistics.LeasedBytes));
        held.Dispose();
        again.Dispose();
        subject.Store.TryLease(second, out ValueLease free);
        Assert.False(free.IsCopy);
        LeaseTests.AssertValue(tooLong, 3);
        LeaseTests.AssertValue(tooMany, 2);
        LeaseTests.AssertValue(free, 2);
        Array.ForEach([tooLong, tooMany, free], lease => lease.Dispose());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Set_WholeStoreWhileAllThatMayBeLeasedIsHeld_FindsRoomAndKeepsTheLeases(int stripes)
    {
        using var subject = new StoreUnderTest(o => (o.StripeCount, o.CapacityBytes) = (stripes, stripes << 20));
        int count = FillOnePerSlab(subject);
        using var holders = new LeaseHolders(subject.Store);
        holders.Take(Enumerable.Range(0, count));
        Assert.InRange(holders.PinnedCount, 1, holders.Leases.Count - 1);

        OverwriteAll(subject);

        AssertHeld(subject, holders);
    }

    [Fact]
    public void Set_AllSlabsOfOneStripeAreLeased_FindsRoomAndKeepsTheLeases()
    {
        const int Stripes = 8, OneStripe = 3;
        HashSecret secret = Secrets.FromSeed(5);
        // An eighth of the store: as much as its share.
        using var subject = new StoreUnderTest(o => (o.StripeCount, o.CapacityBytes, o.HashSecret) = (Stripes, 4 << 20, secret));
        // Keys of all stripes, so that none has more than its share.
        int count = FillOnePerSlab(subject);
        using var holders = new LeaseHolders(subject.Store);
        holders.Take(Enumerable.Range(0, count).Where(key => StripeOf(TestBytes.Key(key, 8)) == OneStripe));
        Assert.Equal(holders.Leases.Count, holders.PinnedCount);
        Assert.True(holders.PinnedCount > 30, $"Only {holders.PinnedCount} leases.");

        OverwriteAll(subject);

        AssertHeld(subject, holders);

        // The bits of the hash that choose a stripe.
        int StripeOf(byte[] key) => (int)(KeyHashCaller.Compute(key, secret) >> 40) & (Stripes - 1);
    }

    [Fact]
    public void TryLease_TwoHundredThreads_AllHoldWhatTheyAskedFor()
    {
        const int Threads = 200, Keys = 400, LeasesEach = 8;
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 32 << 20);
        for (int key = 0; key < Keys; key++)
            Write(subject.Store, key, 1);
        using var allHold = new Barrier(Threads);
        var held = new (int Key, ValueLease Lease)[Threads][];

        Crew.Run(Threads, member =>
        {
            var mine = new (int Key, ValueLease Lease)[LeasesEach];
            for (int i = 0; i < LeasesEach; i++)
            {
                mine[i].Key = (member * 13 + i * 7) % Keys;
                Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease(TestBytes.Key(mine[i].Key, 8), out mine[i].Lease));
            }

            held[member] = mine;
            allHold.SignalAndWait();
            Write(subject.Store, member, 2);
            subject.Store.Remove(TestBytes.Key(member + Threads, 8));
            for (int i = 0; i < 60; i++)
                Write(subject.Store, 10_000 + member * 100 + i, 3);
            allHold.SignalAndWait();
            // Of another thread.
            foreach ((int key, ValueLease lease) in held[(member + 1) % Threads])
            {
                Assert.Null(CheckedPayload.Check(lease.Span, key));
                lease.Dispose();
                lease.Dispose();
            }
        });

        subject.Store.Maintain();
        Assert.Equal((0, 0, 0), (subject.Statistics.Leases, subject.Statistics.LeasedBytes, subject.Statistics.PinnedBytes));
    }

    [Fact]
    public void Set_OneRecordSlabsAndHeldLeases_QuarantineGoesRoundAndComesBack()
    {
        using var subject = new StoreUnderTest();
        int count = FillOnePerSlab(subject);
        using var holders = new LeaseHolders(subject.Store);
        holders.Take(Enumerable.Range(0, count));
        subject.Store.Clear();
        long pinned = subject.Statistics.PinnedBytes;
        Assert.True(pinned > 10 * StoreUnderTest.SlabBytes);
        FillOnePerSlab(subject);
        Assert.Equal(pinned, subject.Statistics.PinnedBytes);

        // One that stands in the middle of the quarantine, then the others: writes that need room find the pages, no matter how long the queue.
        holders.Leases.Where(lease => !lease.IsCopy).ElementAt(holders.PinnedCount / 2).Dispose();
        for (int i = 0; i < 40; i++)
            subject.Set(TestBytes.Key(50_000 + i, 8), 1, 5000);
        Assert.Equal(pinned - StoreUnderTest.SlabBytes, subject.Statistics.PinnedBytes);
        holders.Release();
        for (int i = 0; i < 100; i++)
            subject.Set(TestBytes.Key(60_000 + i, 8), 1, 5000);
        Assert.Equal(0, subject.Statistics.PinnedBytes);
    }

    // Values that leave no room for another in their slab.
    private static int FillOnePerSlab(StoreUnderTest subject)
    {
        int count = (int)(subject.Statistics.CapacityBytes / StoreUnderTest.SlabBytes) * 8 / 10;
        for (int i = 0; i < count; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 5000);
        return count;
    }

    private static void OverwriteAll(StoreUnderTest subject)
    {
        long entries = subject.Statistics.CapacityBytes / 500;
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < entries; i++)
                subject.Set(TestBytes.Key(i, 8), NewSeed, i % 100 == 0 ? 40_000 : 1000 + round);
            subject.Verify();
        }
    }

    private static void AssertHeld(StoreUnderTest subject, LeaseHolders holders)
    {
        StoreStatistics statistics = subject.Statistics;
        Assert.True(statistics.Evictions > 0);
        // What is quarantined is what is leased, and the rest was all written again.
        Assert.Equal(statistics.LeasedBytes, statistics.PinnedBytes);
        Assert.InRange(statistics.PinnedBytes, 1, statistics.CapacityBytes / 8);
        foreach (ValueLease lease in holders.Leases)
            Assert.True(SeedOf(lease) >= 0, "A leased value was changed.");
        holders.Release();
        subject.Store.Maintain();
        Assert.Equal((0, 0, 0), (subject.Statistics.Leases, subject.Statistics.LeasedBytes, subject.Statistics.PinnedBytes));
    }

    // The key whose first value this is, or -1.
    private static int SeedOf(ValueLease lease)
    {
        for (int seed = 0; seed < NewSeed; seed++)
        {
            if (TestBytes.IsValue(lease.Span, (ulong)seed))
                return seed;
        }

        return -1;
    }

    private static void Write(ByteStore store, int key, ulong number)
    {
        var value = new byte[CheckedPayload.MinBytes + 500];
        CheckedPayload.Write(value, key, number);
        store.Set(TestBytes.Key(key, 8), value);
    }
}
