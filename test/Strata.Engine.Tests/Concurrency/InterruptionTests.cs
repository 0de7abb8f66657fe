using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>An interrupted thread leaves a call with an exception or not at all, and the store whole in either case.</summary>
public sealed class InterruptionTests
{
    private const int Workers = 4;
    private const int KeysOfAWorker = 60;
    private const int Operations = 25_000;
    private const int LongestBytes = 60_000;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void AnyOperation_InterruptedAgainAndAgain_LeavesTheStoreWhole(int stripes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (stripes * (16L << 20), stripes));
        var threads = new Thread?[Workers];
        int running = Workers;
        Crew.Run(Workers + 1, member =>
        {
            if (member == Workers)
            {
                for (int i = 0; Volatile.Read(ref running) > 0; i++)
                {
                    threads[i % Workers]?.Interrupt();
                    Thread.SpinWait(200 + (i % 7 * 100));
                }

                return;
            }

            try
            {
                Work(subject.Store, member, threads);
            }
            finally
            {
                Interlocked.Decrement(ref running);
                AbsorbInterruption();
            }
        });

        subject.Verify();
        Assert.Equal(0, subject.Statistics.Evictions);
        for (int key = 0; key < Workers * KeysOfAWorker; key++)
        {
            if (subject.Get(TestBytes.Key(key, 8)) is { } value)
                Assert.Null(CheckedPayload.Check(value, key));
            subject.Store.Remove(TestBytes.Key(key, 8));
        }

        subject.Store.Maintain();
        subject.Verify();
        Assert.Equal(0, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.PinnedBytes);
    }

    // Each worker has keys of its own, so it knows which numbers a key can have: the last one stored, or any that a broken-off call may have stored.
    private static void Work(ByteStore store, int member, Thread?[] threads)
    {
        var random = new SplitMix64((ulong)member);
        var buffer = new byte[LongestBytes];
        var stored = new ulong[KeysOfAWorker];
        var attempted = new ulong[KeysOfAWorker];
        threads[member] = Thread.CurrentThread;
        for (int i = 1; i <= Operations; i++)
        {
            int own = random.Next(KeysOfAWorker), key = (member * KeysOfAWorker) + own;
            byte[] keyBytes = TestBytes.Key(key, 8);
            int length = CheckedPayload.MinBytes + random.Next(random.Next(2) == 0 ? LongestBytes - CheckedPayload.MinBytes : 300);
            try
            {
                switch (random.Next(8))
                {
                    case 0:
                        store.Remove(keyBytes);
                        break;
                    case 1:
                        store.Touch(keyBytes, TimeSpan.FromHours(1 + random.Next(3)));
                        break;
                    case 2 when i % 50 == 0:
                        store.Maintain();
                        break;
                    case < 5:
                        if (store.TryGet(keyBytes, buffer, out int valueBytes) == ReadOutcome.Hit)
                        {
                            Assert.Null(CheckedPayload.Check(buffer.AsSpan(0, valueBytes), key));
                            Assert.InRange(BitConverter.ToUInt64(buffer, 8), stored[own], attempted[own]);
                        }

                        break;
                    default:
                        CheckedPayload.Write(buffer.AsSpan(0, length), key, (ulong)i);
                        attempted[own] = (ulong)i;
                        Assert.Equal(WriteOutcome.Stored, store.Set(keyBytes, buffer.AsSpan(0, length)));
                        stored[own] = (ulong)i;
                        break;
                }
            }
            catch (ThreadInterruptedException)
            {
                // Stored or not: the next read says.
            }
        }

        threads[member] = null;
    }

    // An interruption that came at the very end would break off whatever the thread waits for next.
    private static void AbsorbInterruption()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
        }
    }
}
