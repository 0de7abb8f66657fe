using System.Text;
using Strata.Files.Segments;
using Strata.Files.Tests.Support;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.Tiers;
using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>A store is closed whose device failed, and takes writes again by then.</summary>
public sealed class CloseTests
{
    private const int Seeds = 150;

    [Theory]
    [InlineData((int)CrashKind.Kill)]
    [InlineData((int)CrashKind.LoseAll)]
    public void Dispose_AfterAllWritesFailed_LeavesNothingThatWasOvertaken(int kind)
    {
        int broken = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            string where = $"{(CrashKind)kind}, seed {seed}";
            var random = new SplitMix64(seed);
            var disk = new SimulatedDisk(seed);
            using var run = new StoreRun(seed, disk, segments: 5 + (int)(seed % 12)) { SystemSurvives = true };
            run.Open();
            run.Work(50 + random.Next(200), where);
            for (int round = 0; round < 3; round++)
            {
                disk.FailsAll = true;
                run.Work(random.Next(80), where + ", failing");
                broken += run.Store.GetStatistics().BrokenSegments;
                disk.FailsAll = false;
                run.Close();
                // What was closed is durable.
                disk.Restart((CrashKind)kind);
                run.Reopen(where + ", opened anew");
                run.Work(random.Next(60), where + ", opened anew");
                if (random.Next(2) == 0)
                    continue;
                // The next failure comes before all was found.
                run.Close();
                run.Open();
            }
        }

        Assert.InRange(broken, Seeds, int.MaxValue);
    }

    [Fact]
    public void Dispose_BeforeAllWasFound_LeavesNothingThatWasOvertaken()
    {
        const int Segments = 12;
        var time = new ManualTimeProvider();
        var disk = new SimulatedDisk(1);
        SegmentStore Open() => new(disk.Open(), TinyStore.Options(Segments, time));
        int last = 0;
        using (SegmentStore store = Open())
        {
            for (; store.GetStatistics().Reclaims < 5; last++)
            {
                store.Set(TinyStore.Key(last), new(new byte[100]), default);
                store.Pump(isFlush: false);
            }
        }

        // The first run takes all segments that are free and is killed; the next one finds none.
        SegmentStore killed = Open();
        for (int i = last; killed.Set(TinyStore.Key(i), new(new byte[100]), default) == TierWriteStatus.Done; i++)
            killed.Pump(isFlush: true);
        killed.Pump(isFlush: true);
        disk.Restart(CrashKind.Kill);
        byte[] key = TinyStore.Key(last - 1);
        using (SegmentStore store = Open())
            Assert.Equal(TierWriteStatus.Refused, store.Set(key, new(new byte[100]), default));
        using SegmentStore again = Open();
        again.Recover();
        Assert.Equal(TierReadStatus.Miss, TinyStore.Get(again, key, out _).Status);
    }

    [Fact]
    public void Dispose_WhileTheDeviceTakesNothing_TriesEachSegmentOnce()
    {
        const int Segments = 12;
        var disk = new SimulatedDisk(1);
        var store = new SegmentStore(disk.Open(), TinyStore.Options(Segments, new ManualTimeProvider()));
        for (int i = 0; i < 200; i++)
        {
            store.Set(TinyStore.Key(i), new(new byte[100]), default);
            store.Pump(isFlush: true);
        }

        disk.FailsAll = true;
        Assert.Equal(TierWriteStatus.Faulted, store.Remove(TinyStore.Key(199)));
        int broken = store.GetStatistics().BrokenSegments, steps = disk.Steps;
        Assert.InRange(broken, Segments - 1, Segments);
        store.Dispose();
        // The clear in its place, or its footer; and a file that cannot be made.
        Assert.InRange(disk.Steps - steps, broken, 3 * broken);
    }

    [Fact]
    public void Dispose_WhileARemovalHasNoRoom_LeavesNothingOfWhatItRemoved()
    {
        const int Keys = 300, Rounds = 50;
        var time = new ManualTimeProvider();
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var disk = new SimulatedDisk(1);
            var device = new HookedDevice(disk.Open());
            var store = new SegmentStore(device, TinyStore.Options(24, time));
            for (int i = 0; i < Keys; i++)
            {
                store.Set(TinyStore.Key(i), new(new byte[100]), default);
                store.Pump(isFlush: true);
            }

            // A flush holds up the end of the store; a removal finds no room, and waits behind both.
            using var isHeld = new ManualResetEventSlim();
            using var isReleased = new ManualResetEventSlim();
            device.BeforeFlush = () =>
            {
                isHeld.Set();
                isReleased.Wait();
            };
            Thread flusher = Start(() => store.Flush(toDevice: true));
            isHeld.Wait();
            Thread closer = Start(store.Dispose);
            WaitUntilItWaits(closer);
            int removed = 0;
            bool isReleasing = false;
            Thread remover = Start(() =>
            {
                try
                {
                    while (!Volatile.Read(ref isReleasing))
                        store.Remove(TinyStore.Key(removed++));
                }
                catch (ObjectDisposedException)
                {
                    refused++;
                }
            });
            int seen;
            do
            {
                // Not for a lock, which it has in a moment.
                seen = Volatile.Read(ref removed);
                WaitUntilItWaits(remover);
                Thread.Sleep(5);
            }
            while (seen != Volatile.Read(ref removed));
            Volatile.Write(ref isReleasing, true);
            isReleased.Set();
            flusher.Join();
            closer.Join();
            remover.Join();
            Assert.InRange(removed, 1, Keys - 1);
            using var again = new SegmentStore(disk.Open(), TinyStore.Options(24, time));
            again.Recover();
            for (int i = 0; i < removed; i++)
                Assert.True(TinyStore.Get(again, TinyStore.Key(i), out _).Status == TierReadStatus.Miss, $"round {round}: key {i} of {removed} is back");
        }

        Assert.InRange(refused, 1, Rounds);
    }

    private static Thread Start(ThreadStart work)
    {
        var thread = new Thread(work);
        thread.Start();
        return thread;
    }

    private static void WaitUntilItWaits(Thread thread)
    {
        Assert.True(SpinWait.SpinUntil(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(60)), "The thread never waited.");
    }
}
