using System.Text;
using Strata.Entries;
using Strata.Files.Segments;
using Strata.Files.Tests.Simulation;
using Strata.Files.Tests.Support;
using Strata.Invalidation;
using Strata.TestKit;
using Strata.Tiers;
using Xunit;
using static Strata.Files.Tests.Support.TinyStore;

namespace Strata.Files.Tests;

/// <summary>Calls that meet another one half way.</summary>
public sealed class InterleavedTests
{
    [Fact]
    public void Get_WhileTheNewerRecordIsFound_DoesNotAnswerTheOlder()
    {
        var time = new ManualTimeProvider();
        var disk = new SimulatedDisk(1);
        byte[] k = Key(7);
        using (var store = new SegmentStore(disk.Open(), Options(32, time)))
        {
            // Without and with a short time to live: two open segments.
            store.Set(Key(1), new(new byte[10]), default);
            store.Set(k, new("one"u8.ToArray()), new EntryOptions { Ttl = TimeSpan.FromMinutes(5) });
            store.Set(k, new("two"u8.ToArray()), default);
            store.Set(Key(2), new(new byte[10]), new EntryOptions { Ttl = TimeSpan.FromMinutes(5) });
            Assert.True(store.Flush(toDevice: true));
        }

        var device = new HookedDevice(disk.Open());
        using var again = new SegmentStore(device, Options(32, time));
        Assert.True(again.RecoverNext());
        device.AfterRead = again.Recover;
        TierRead read = Get(again, k, out byte[] value);
        Assert.Equal((TierReadStatus.Hit, "two"), (Get(again, k, out byte[] now).Status, Encoding.UTF8.GetString(now)));
        Assert.True(read.Status == TierReadStatus.Miss || value.AsSpan().SequenceEqual("two"u8), $"answered '{Encoding.UTF8.GetString(value)}', {read.Status}");
    }

    [Fact]
    public void Get_WhileItsSegmentBeginsAnew_DoesNotAnswerWhatWasInvalidatedBefore()
    {
        var time = new ManualTimeProvider();
        var disk = new SimulatedDisk(1);
        var device = new HookedDevice(disk.Open());
        using var store = new SegmentStore(device, Options(12, time));
        byte[] k = Key(-7);
        store.Set(k, new("old"u8.ToArray()), new EntryOptions { Tags = ["t"] });
        Assert.True(store.Flush(toDevice: true));
        for (int i = 0; i < 200 && store.GetStatistics().Reclaims == 0; i++)
        {
            if (i == 10)
                Assert.Equal(TierWriteStatus.Done, store.Invalidate(InvalidationRule.OfAnyTag("t")));
            if (i == 20)
            {
                // The read begins now, after the invalidation; while it waits the log goes round.
                device.AfterRead = () =>
                {
                    for (int n = 1_000; n < 1_400; n++)
                    {
                        store.Set(Key(n), new(new byte[100]), default);
                        store.Pump(isFlush: false);
                    }
                };
                TierRead read = Get(store, k, out byte[] value);
                Assert.Null(device.AfterRead);
                Assert.True(read.Status == TierReadStatus.Miss, $"answered '{Encoding.UTF8.GetString(value)}', {read.Status}");
                return;
            }

            store.Set(Key(i), new(new byte[100]), default);
            store.Pump(isFlush: true);
        }

        Assert.Fail("The segment went before the read.");
    }

    [Fact]
    public void Get_WhileItsFileIsDeleted_Misses()
    {
        var time = new ManualTimeProvider();
        var disk = new SimulatedDisk(1);
        using (var store = new SegmentStore(disk.Open(), Options(12, time)))
        {
            for (int i = 0; i < 400; i++)
            {
                store.Set(Key(i), new(new byte[100]), default);
                store.Pump(isFlush: false);
            }
        }

        var device = new HookedDevice(disk.Open());
        using var again = new SegmentStore(device, Options(6, time));
        again.Recover();
        int reads = 0;
        for (int i = 0; i < 400; i++)
        {
            if (Get(again, Key(i), out _).Status == TierReadStatus.Miss)
                continue;
            device.BeforeRead = () => again.Pump(isFlush: false);
            // What the file had is gone; nothing is thrown.
            Get(again, Key(i), out _);
            reads++;
        }

        Assert.InRange(reads, 1, 400);
    }

    [Fact]
    public async Task Remove_ByTwoAtOnce_ReturnsWhenTheTombstoneWasWritten()
    {
        var device = new HookedDevice(new SimulatedDisk(1).Open());
        using var store = new SegmentStore(device, Options(12, new ManualTimeProvider()));
        int before = 0, early = 0;
        byte[] k = Key(1);
        using var barrier = new Barrier(2);
        void Remove()
        {
            barrier.SignalAndWait();
            store.Remove(k);
            if (Volatile.Read(ref before) == device.Writes)
                Interlocked.Increment(ref early);
            barrier.SignalAndWait();
        }

        const int Rounds = 3_000;
        Task other = Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Rounds; i++)
                    Remove();
            },
            TaskCreationOptions.LongRunning);
        for (int i = 0; i < Rounds; i++)
        {
            store.Set(k, new(new byte[10]), default);
            store.Pump(isFlush: true);
            Volatile.Write(ref before, device.Writes);
            Remove();
        }

        await other;
        Assert.Equal(0, early);
    }
}
