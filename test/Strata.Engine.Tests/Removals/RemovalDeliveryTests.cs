using Strata.Engine.Removals;
using Strata.Engine.Tests.Concurrency;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Removals;

/// <summary>Who calls the listener and when, and what becomes of what it cannot be told.</summary>
public sealed class RemovalDeliveryTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] s_key = "leaving"u8.ToArray();

    [Fact]
    public void Remove_WithBackgroundWork_IsToldByThePool()
    {
        using var told = new ManualResetEventSlim();
        int threadOfListener = 0;
        using var subject = new StoreUnderTest(o =>
        {
            o.BackgroundMaintenance = true;
            o.RemovalListener = (in RemovedEntry entry) =>
            {
                threadOfListener = Environment.CurrentManagedThreadId;
                told.Set();
            };
        });
        subject.Set(s_key, 1, 10);

        subject.Store.Remove(s_key);

        Assert.True(told.Wait(s_patience, TestContext.Current.CancellationToken), "The listener was never called.");
        Assert.NotEqual(Environment.CurrentManagedThreadId, threadOfListener);
    }

    [Fact]
    public void Listener_AnotherThreadUsesTheStoreMeanwhile_NoLockIsHeld()
    {
        StoreUnderTest? subject = null;
        int calls = 0;
        using StoreUnderTest owned = subject = new StoreUnderTest(o => o.RemovalListener = (in RemovedEntry entry) =>
        {
            // A lock lets its own thread in again, so another thread asks.
            byte[] key = entry.Key.ToArray();
            calls++;
            if (calls > 1)
                return;
            var worker = new Thread(() =>
            {
                subject!.Set(key, 2, 500);
                subject.AssertHit(key, 2, 500);
                subject.Store.Touch(key, TimeSpan.FromSeconds(1));
                subject.Store.Remove(key);
                subject.Store.Maintain();
                subject.Store.Clear();
                _ = subject.Statistics;
            });
            worker.Start();
            Assert.True(worker.Join(s_patience), "A lock was held.");
        });
        subject.Set(s_key, 1, 10);
        subject.Store.Remove(s_key);

        subject.Store.DeliverRemovals();
        subject.Store.DeliverRemovals();

        Assert.Equal(2, calls);
        Assert.Equal(0, subject.Statistics.RemovalListenerFaults);
    }

    [Fact]
    public void Listener_Throws_IsCountedAndTheRestIsTold()
    {
        int calls = 0;
        using var subject = new StoreUnderTest(o => o.RemovalListener = (in RemovedEntry _) =>
        {
            if (++calls % 2 == 1)
                throw new InvalidOperationException("The listener fails.");
        });
        for (int i = 0; i < 10; i++)
            subject.Set(s_key, 1, i);

        subject.Store.DeliverRemovals();

        Assert.Equal(9, calls);
        Assert.Equal((9, 5, 0), (subject.Statistics.RemovalsDelivered, subject.Statistics.RemovalListenerFaults, subject.Statistics.RemovalsDropped));
    }

    [Fact]
    public void Queue_Full_WhatFindsNoRoomIsCountedAndTheRestIsTold()
    {
        const int Writes = 5000;
        var told = new List<long>();
        using var subject = new StoreUnderTest(o => o.RemovalListener = (in RemovedEntry entry) => told.Add(BitConverter.ToInt64(entry.Value)));
        var value = new byte[40];
        for (long i = 0; i <= Writes; i++)
        {
            BitConverter.TryWriteBytes(value, i);
            Assert.Equal(WriteOutcome.Stored, subject.Store.Set(s_key, value));
        }

        subject.Store.DeliverRemovals();
        long dropped = subject.Statistics.RemovalsDropped;
        Assert.Equal(Enumerable.Range(0, told.Count).Select(i => (long)i), told);
        Assert.InRange(told.Count, 100, Writes - 1);
        Assert.Equal(Writes, told.Count + dropped);

        // There is room again.
        told.Clear();
        subject.Store.Remove(s_key);
        subject.Store.DeliverRemovals();
        Assert.Equal([Writes], told);
        Assert.Equal(dropped, subject.Statistics.RemovalsDropped);
    }

    [Fact]
    public void Queue_EventsOfEveryLengthRoundAndRound_AreWhole()
    {
        var told = new List<Removal>();
        using var subject = new StoreUnderTest(o => o.RemovalListener = (in RemovedEntry entry) => told.Add(Removal.Of(in entry)));
        for (int i = 0; i < 4000; i++)
        {
            byte[] key = TestBytes.Key(i, 1 + (i * 37 % ByteStoreOptions.MaxKeyBytes));
            byte[] value = TestBytes.Value((ulong)i, i * 101 % 4000);
            subject.Store.Set(key, value);
            subject.Store.Remove(key);
            if (i % 3 != 0)
                continue;
            subject.Store.DeliverRemovals();
            foreach ((Removal removal, int back) in told.Select((removal, index) => (removal, told.Count - 1 - index)))
            {
                Assert.Equal(TestBytes.Value((ulong)(i - back), (i - back) * 101 % 4000), removal.Value);
                Assert.Equal(1 + ((i - back) * 37 % ByteStoreOptions.MaxKeyBytes), removal.Key.Length);
            }

            told.Clear();
        }

        subject.Store.DeliverRemovals();
        Assert.Equal((4000, 0), (subject.Statistics.RemovalsDelivered, subject.Statistics.RemovalsDropped));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dispose_RemovalsQueued_AreTold(bool background)
    {
        int told = 0;
        using var isBlocked = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var subject = new StoreUnderTest(o =>
        {
            o.BackgroundMaintenance = background;
            o.RemovalListener = (in RemovedEntry _) =>
            {
                isBlocked.Set();
                if (background)
                    goOn.Wait();
                Interlocked.Increment(ref told);
            };
        });
        for (int i = 0; i <= 20; i++)
            subject.Set(s_key, 1, i);
        if (background)
            Assert.True(isBlocked.Wait(s_patience, TestContext.Current.CancellationToken));
        Assert.Equal(0, told);

        // With the pool in the middle of a call nobody waits for it: it tells the rest.
        subject.DisposeStoreNow();

        goOn.Set();
        if (background)
            Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref told) == 20, s_patience));
        Assert.Equal(20, told);
    }

    [Fact]
    public void Listener_DisposesTheStore_IsToldTheRest()
    {
        StoreUnderTest? subject = null;
        int told = 0;
        subject = new StoreUnderTest(o => o.RemovalListener = (in RemovedEntry _) =>
        {
            if (told++ == 3)
                subject!.DisposeStoreNow();
        });
        for (int i = 0; i <= 20; i++)
            subject.Set(s_key, 1, i);

        subject.Store.DeliverRemovals();

        Assert.Equal(20, told);
    }

    [Fact]
    public void Listener_WritesForEachCall_IsCalledTurnByTurn()
    {
        StoreUnderTest? subject = null;
        int told = 0;
        using StoreUnderTest owned = subject = new StoreUnderTest(o => o.RemovalListener = (in RemovedEntry entry) => subject!.Set(entry.Key.ToArray(), 1, told++));
        subject.Set(s_key, 1, 1);
        subject.Set(s_key, 1, 2);

        // Each call makes another removal: a turn ends nevertheless.
        subject.Store.DeliverRemovals();
        Assert.Equal(1, told);
        subject.Store.DeliverRemovals();
        Assert.Equal(2, told);
    }

    [Fact]
    public void Listener_ManyThreadsWrite_EveryEntryLeavesOnceInOrderAndOneAtATime()
    {
        const int Threads = 6, Writes = 20_000, Keys = 500;
        var last = new long[Keys];
        int inside = 0, overlaps = 0, disorders = 0;
        using var subject = new StoreUnderTest(o =>
        {
            (o.CapacityBytes, o.StripeCount, o.BackgroundMaintenance) = (4 << 20, 4, true);
            o.RemovalListener = (in RemovedEntry entry) =>
            {
                if (Interlocked.Increment(ref inside) != 1)
                    Interlocked.Increment(ref overlaps);
                if (entry.Reason != RemovalReason.Cleared)
                {
                    ref long before = ref last[BitConverter.ToInt32(entry.Key) - 1];
                    long version = BitConverter.ToInt64(entry.Value);
                    disorders += version <= before ? 1 : 0;
                    before = version;
                }

                Interlocked.Decrement(ref inside);
            };
        });

        long number = 0;
        Lock[] gates = [.. Enumerable.Range(0, Keys).Select(_ => new Lock())];
        Crew.Run(Threads, member =>
        {
            var random = new SplitMix64((ulong)member);
            var value = new byte[3000];
            var key = new byte[sizeof(int)];
            for (int i = 0; i < Writes; i++)
            {
                int index = random.Next(Keys);
                BitConverter.TryWriteBytes(key, index + 1);
                // The numbers of one key grow with its writes.
                lock (gates[index])
                {
                    BitConverter.TryWriteBytes(value, Interlocked.Increment(ref number));
                    if (i % 7 == 0)
                        subject.Store.Remove(key);
                    else
                        subject.Store.Set(key, value.AsSpan(0, 8 + random.Next(2900)));
                }

                if (member == 0 && i % 5000 == 4999)
                    subject.Store.Clear();
                // On a busy machine the listener's thread gets its share too.
                if (member == 0 && i % 100 == 99)
                    SpinWait.SpinUntil(() => subject.Statistics.RemovalsDelivered > i / 10, s_patience);
            }
        });

        Assert.True(SpinWait.SpinUntil(() => subject.Statistics is var s && s.EntryCount + s.RemovalsDelivered + s.RemovalsDropped == s.Writes, s_patience), $"{subject.Statistics}");
        Assert.True(subject.Statistics.RemovalsDelivered > 1000, "Hardly anything was told, so the test proves nothing.");
        Assert.Equal((0, 0, 0), (overlaps, disorders, subject.Statistics.RemovalListenerFaults));
    }
}
