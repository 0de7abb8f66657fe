using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>Leases taken, held, passed on and disposed while writers reuse all memory, and while the store is disposed.</summary>
public sealed class LeaseRaceTests
{
    private const int KeyCount = 60;

    [Theory]
    [InlineData(300)]
    [InlineData(20_000)]
    public void TryLease_WhileWritersReuseTheMemory_BytesNeverChange(int valueBytes)
    {
        const int Leases = 20_000, Held = 12;
        using var subject = new StoreUnderTest();
        for (int key = 0; key < KeyCount; key++)
            Write(subject.Store, key, 1, valueBytes);
        var held = new Holding?[Held];
        int readers = 2;

        Crew.Run(4, member =>
        {
            var random = new SplitMix64((ulong)member);
            if (member < 2)
            {
                for (ulong number = 2; Volatile.Read(ref readers) > 0; number++)
                {
                    int key = random.Next(KeyCount);
                    if (random.Next(20) == 0)
                        subject.Store.Remove(TestBytes.Key(key, 8));
                    // The same length mostly, which overwrites in place.
                    Write(subject.Store, key, number, random.Next(4) == 0 ? random.Next(valueBytes) : valueBytes);
                }

                return;
            }

            try
            {
                for (int i = 0; i < Leases; i++)
                {
                    int key = random.Next(KeyCount);
                    if (subject.Store.TryLease(TestBytes.Key(key, 8), out ValueLease lease) != ReadOutcome.Hit)
                        continue;
                    var holding = new Holding(key, lease);
                    holding.Check();
                    // Whoever finds it in its place checks it again and ends it: mostly much later, often on another thread.
                    Interlocked.Exchange(ref held[random.Next(Held)], holding)?.End();
                }
            }
            finally
            {
                Interlocked.Decrement(ref readers);
            }
        });

        foreach (Holding? holding in held)
            holding?.End();
        subject.Store.Maintain();
        Assert.Equal(0, subject.Statistics.PinnedBytes);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(20_000)]
    public void TryLease_WhileTheStoreIsDisposed_WhatIsHeldStays(int valueBytes)
    {
        for (int round = 0; round < 60; round++)
        {
            // Room for all keys, so that each lease is a hit.
            var subject = new StoreUnderTest(o => o.CapacityBytes = 4 << 20);
            for (int key = 0; key < KeyCount; key++)
                Write(subject.Store, key, (ulong)round, valueBytes);
            int started = 0;

            Crew.Run(4, member =>
            {
                if (member == 0)
                {
                    SpinWait.SpinUntil(() => Volatile.Read(ref started) == 3);
                    Thread.SpinWait(round * 500);
                    subject.Store.Dispose();
                    return;
                }

                LeaseUntilDisposed(subject.Store, member, ref started)?.End();
            });
        }
    }

    private static Holding? LeaseUntilDisposed(ByteStore store, int member, ref int started)
    {
        var random = new SplitMix64((ulong)member);
        Holding? last = null;
        // At once, so that a check that fails leaves nobody waiting.
        Interlocked.Increment(ref started);
        while (true)
        {
            int key = random.Next(KeyCount);
            ValueLease lease;
            try
            {
                Assert.Equal(ReadOutcome.Hit, store.TryLease(TestBytes.Key(key, 8), out lease));
            }
            catch (ObjectDisposedException)
            {
                return last;
            }

            last?.End();
            last = new Holding(key, lease);
        }
    }

    private static void Write(ByteStore store, int key, ulong number, int extraBytes)
    {
        var value = new byte[CheckedPayload.MinBytes + extraBytes];
        CheckedPayload.Write(value, key, number);
        Assert.Equal(WriteOutcome.Stored, store.Set(TestBytes.Key(key, 8), value));
    }

    private sealed record Holding(int Key, ValueLease Lease)
    {
        public void Check() => Assert.Null(CheckedPayload.Check(Lease.IsContiguous ? Lease.Span : System.Buffers.BuffersExtensions.ToArray(Lease.Sequence), Key));

        public void End()
        {
            Check();
            Lease.Dispose();
        }
    }
}
