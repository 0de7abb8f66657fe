using System.Runtime.CompilerServices;
using Strata.Engine.Tests.Concurrency;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Leases;

/// <summary>The bytes of a lease stay as they are, whatever becomes of the entry, the thread and the store.</summary>
[Collection(nameof(LeaseCollection))]
public sealed class LeaseLifetimeTests
{
    private const int LongBytes = 60_000;

    private static readonly byte[] s_key = "leased"u8.ToArray();

    public static TheoryData<string, int> Changes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string change in Verbs.Keys)
            {
                foreach (int valueBytes in new[] { 0, 1, 300, 5000, LongBytes })
                    data.Add(change, valueBytes);
            }

            return data;
        }
    }

    private static Dictionary<string, Action<StoreUnderTest, int>> Verbs { get; } = new()
    {
        ["overwrite with the same length"] = (s, n) => s.Set(s_key, 2, n),
        ["overwrite with another length"] = (s, n) => s.Set(s_key, 2, n + 100),
        ["overwrite with a short value"] = (s, _) => s.Set(s_key, 2, 10),
        ["overwrite with a long value"] = (s, _) => s.Set(s_key, 2, LongBytes + 1000),
        ["remove"] = (s, _) => s.Store.Remove(s_key),
        ["clear"] = (s, _) => s.Store.Clear(),
        ["touch"] = (s, _) => s.Store.Touch(s_key, TimeSpan.FromHours(1)),
        ["expire"] = (s, _) =>
        {
            s.Store.Touch(s_key, TimeSpan.FromSeconds(1));
            s.AdvanceMs(100_000);
            s.Store.Maintain();
        },
        ["nothing"] = (_, _) => { },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Lease_EntryChangesAndMemoryIsReused_KeepsItsBytes(string change, int valueBytes)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, valueBytes);
        // Taken before and after the sequence was asked for the first time.
        subject.Store.TryLease(s_key, out ValueLease lease);
        subject.Store.TryLease(s_key, out ValueLease late);
        LeaseTests.AssertValue(lease, 1);
        Verbs[change](subject, valueBytes);
        subject.Verify();

        // Three times the capacity, in short and in long values.
        for (int i = 0; i < 3000; i++)
            subject.Set(TestBytes.Key(i, 8), 3, i % 50 == 0 ? 50_000 : 1000);

        LeaseTests.AssertValue(lease, 1);
        LeaseTests.AssertValue(late, 1);
        lease.Dispose();
        LeaseTests.AssertValue(late, 1);
        late.Dispose();
        subject.Store.Maintain();
        Assert.Equal((0, 0, 0), (subject.Statistics.Leases, subject.Statistics.LeasedBytes, subject.Statistics.PinnedBytes));
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(300, true)]
    [InlineData(LongBytes, false)]
    [InlineData(LongBytes, true)]
    public void Lease_StoreIsDisposed_KeepsItsBytes(int valueBytes, bool isQuarantined)
    {
        var subject = new StoreUnderTest();
        subject.Set(s_key, 1, valueBytes);
        subject.Store.TryLease(s_key, out ValueLease lease);
        if (isQuarantined)
            subject.Store.Clear();

        subject.DisposeStoreNow();

        LeaseTests.AssertValue(lease, 1);
        lease.Dispose();
        lease.Dispose();
    }

    [Fact]
    public void Lease_StoreIsDisposedUnderALongWrite_KeepsItsBytes()
    {
        var store = new ByteStore(new ByteStoreOptions { CapacityBytes = 4 << 20, SlabBytes = 8192, StripeCount = 1, BackgroundMaintenance = false });
        store.Set(s_key, TestBytes.Value(1, LongBytes));
        store.TryLease(s_key, out ValueLease lease);
        Assert.False(lease.IsCopy);
        var value = HookedSequence.Of(3, 100_000, 1, store.Dispose);

        // The writer, the last one to leave, gives the memory back once more.
        Assert.Throws<ObjectDisposedException>(() => store.Set("long"u8, value, default));

        LeaseTests.AssertValue(lease, 1);
        lease.Dispose();
    }

    [Fact]
    public void Lease_StoreIsForgotten_KeepsItsBytesAndHarmsNoLaterStore()
    {
        ValueLease lease = LeaseOfAForgottenStore(dispose: true);
        ValueLease other = LeaseOfAForgottenStore(dispose: false);
        var later = new List<StoreUnderTest>();
        for (int i = 0; i < 4; i++)
        {
            CollectTwice();
            later.Add(new StoreUnderTest());
            FillAndCheck(later[i], 100);
        }

        LeaseTests.AssertValue(lease, 1);
        LeaseTests.AssertValue(other, 1);
        Assert.All(later, subject => Assert.Equal((0, 0), (subject.Statistics.Leases, subject.Statistics.LeasedBytes)));
        lease.Dispose();
        other.Dispose();
        lease = other = default;
        CollectTwice();
        foreach (StoreUnderTest subject in later)
        {
            for (int i = 0; i < 100; i++)
                subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 500);
            subject.Dispose();
        }
    }

    [Fact]
    public void Lease_NeverDisposed_IsForgottenWithItsStore()
    {
        for (int round = 0; round < 8; round++)
        {
            LeaseAndForgetAll(round % 2 == 0);
            CollectTwice();
        }

        // A thread has six words; those of the leases that nobody disposed came back.
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 10);
        Assert.Equal(0, subject.Statistics.LeasedBytes);
        var leases = new ValueLease[6];
        for (int i = 0; i < leases.Length; i++)
            subject.Store.TryLease(s_key, out leases[i]);
        Assert.All(leases, lease => Assert.False(lease.IsCopy));
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public void Lease_ItsThreadEnds_IsNotTakenByTheNextThread()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 8 << 20);
        for (int i = 0; i < 60; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 500);
        var leases = new ValueLease[60];

        // Each thread may get the number, and so the words, of the one before.
        for (int thread = 0; thread < 6; thread++)
        {
            Crew.Run(1, _ =>
            {
                for (int i = 0; i < 10; i++)
                    Assert.Equal(ReadOutcome.Hit, subject.Store.TryLease(TestBytes.Key(thread * 10 + i, 8), out leases[thread * 10 + i]));
            });
        }

        subject.Store.Clear();
        for (int i = 0; i < 9000; i++)
            subject.Set(TestBytes.Key(i, 8), 99, 1000);
        for (int i = 0; i < 60; i++)
        {
            LeaseTests.AssertValue(leases[i], (ulong)i);
            leases[i].Dispose();
        }

        Assert.Equal((0, 0), (subject.Statistics.Leases, subject.Statistics.LeasedBytes));
    }

    [Fact]
    public void Dispose_LeaseIsHeld_GivesTheRestOfTheMemoryBack()
    {
        const long CapacityBytes = 256 << 20;
        var store = new ByteStore(new ByteStoreOptions { CapacityBytes = CapacityBytes, BackgroundMaintenance = false });
        for (int i = 0; i < 2000; i++)
            store.Set(TestBytes.Key(i, 8), new byte[100_000]);
        Assert.Equal(ReadOutcome.Hit, store.TryLease(TestBytes.Key(1999, 8), out ValueLease lease));
        long before = Environment.WorkingSet;

        store.Dispose();

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, -100L << 20);
        Assert.Equal(-1, lease.Sequence.FirstSpan.IndexOfAnyExcept((byte)0));
        lease.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ValueLease LeaseOfAForgottenStore(bool dispose)
    {
        var subject = new StoreUnderTest();
        subject.Set(s_key, 1, LongBytes);
        subject.Store.TryLease(s_key, out ValueLease lease);
        Assert.False(lease.IsCopy);
        if (dispose)
            subject.DisposeStoreNow();
        return lease;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaseAndForgetAll(bool dispose)
    {
        var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 10);
        for (int i = 0; i < 6; i++)
            subject.Store.TryLease(s_key, out _);
        if (dispose)
            subject.DisposeStoreNow();
    }

    private static void FillAndCheck(StoreUnderTest subject, int count)
    {
        for (int i = 0; i < count; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 500);
        for (int i = 0; i < count; i++)
            subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 500);
    }

    private static void CollectTwice()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
