using Strata.Files.Segments;
using Strata.Files.Tests.Support;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>The device fails, is full, forgets or turns bits round; no call throws, and no answer is wrong.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData((int)CrashKind.Kill)]
    [InlineData((int)CrashKind.LoseAll)]
    [InlineData((int)CrashKind.Torn512)]
    public void Reads_WhileWritesAndFlushesFail_AreNeverWrong(int kind)
    {
        for (ulong seed = 1; seed <= 250; seed++)
        {
            FailOnce(kind, seed);
        }
    }

    private static void FailOnce(int kind, ulong seed)
    {
        string where = $"{(CrashKind)kind}, seed {seed}";
        var random = new SplitMix64(seed);
        var disk = new SimulatedDisk(seed);
        using var run = new StoreRun(seed, disk, segments: 6 + (int)(seed % 12)) { SystemSurvives = kind == (int)CrashKind.Kill };
        run.Open();
        // From every third to every fiftieth call.
        int rate = 3 + random.Next(48);
        for (int step = disk.Steps; step < disk.Steps + 2_000; step++)
        {
            if (random.Next(rate) == 0)
                disk.FailAt.Add(step);
        }

        run.Work(200, where);
        run.CheckAll(where);
        disk.FailAt.Clear();
        disk.Restart((CrashKind)kind);
        run.Reopen(where + ", opened anew");
        run.Work(100, where + ", opened anew");
        run.Close();
        run.Reopen(where + ", closed and opened");
    }

    [Fact]
    public void Flush_ThatFails_BuriesWhatItLeavesInDoubtBeforeItReturns()
    {
        byte[] key = TinyStore.Key(1);
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var disk = new SimulatedDisk(seed);
            FileTierOptions options = TinyStore.Options(12, new ManualTimeProvider());
            var store = new SegmentStore(disk.Open(), options);
            store.Set(key, new("one"u8.ToArray()), default);
            Assert.True(store.Flush(toDevice: true));
            // Of what the system took, the device keeps some sectors only; then the process is killed.
            for (int i = 0; i < 2; i++)
                store.Set(key, new(new byte[1_000]), default);
            Assert.True(store.Flush(toDevice: false));
            disk.FailAt.Add(disk.Steps + 1);
            Assert.False(store.Flush(toDevice: true));
            disk.Restart(CrashKind.Kill);
            using var again = new SegmentStore(disk.Open(), options);
            again.Recover();
            TinyStore.Get(again, key, out byte[] value);
            Assert.False(value.AsSpan().SequenceEqual("one"u8), $"seed {seed}");
        }
    }

    [Theory]
    [InlineData((int)CrashKind.Kill)]
    [InlineData((int)CrashKind.LoseAll)]
    [InlineData((int)CrashKind.Torn512)]
    [InlineData((int)CrashKind.Torn4096)]
    public void Work_AfterAllWritesFailedForLong_GoesOnAndBringsBackNothingOld(int kind)
    {
        int broken = 0, found = 0;
        const int Seeds = 150;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            string where = $"{(CrashKind)kind}, seed {seed}";
            var random = new SplitMix64(seed);
            var disk = new SimulatedDisk(seed);
            using var run = new StoreRun(seed, disk, segments: 5 + (int)(seed % 8)) { SystemSurvives = kind == (int)CrashKind.Kill };
            run.Open();
            run.Work(random.Next(200), where);
            disk.FailsAll = true;
            run.Work(60 + random.Next(200), where + ", failing");
            broken += run.Store.GetStatistics().BrokenSegments;
            disk.FailsAll = false;
            disk.CrashAt = seed % 2 == 0 ? disk.Steps + 1 + random.Next(100) : int.MaxValue;
            try
            {
                run.Work(400, where + ", mended");
                run.CheckAll(where + ", mended");
                found += run.Found;
            }
            catch (SimulatedCrashException)
            {
            }

            disk.Restart((CrashKind)kind);
            run.Reopen(where + ", opened anew");
            run.Work(100, where + ", opened anew");
            run.Close();
            run.Reopen(where + ", closed and opened");
        }

        Assert.InRange(broken, 3 * Seeds, int.MaxValue);
        // Of every second seed, and of those that end before the machine fails.
        Assert.InRange(found, Seeds / 2 * StoreModel.KeyCount / 4, int.MaxValue);
    }

    [Fact]
    public void Reads_OfAStoreWithOneBitTurned_AreNeverWrong()
    {
        int found = 0, faults = 0;
        for (ulong seed = 1; seed <= 600; seed++)
        {
            string where = $"seed {seed}";
            var random = new SplitMix64(seed);
            var disk = new SimulatedDisk(seed);
            using var run = new StoreRun(seed, disk, segments: 6 + (int)(seed % 6));
            run.Open();
            run.Work(120, where);
            if (seed % 3 != 0)
                run.Close();
            (string name, SimulatedFile file) = disk.Files.OrderBy(each => each.Key, StringComparer.Ordinal).ElementAt(random.Next(disk.Files.Count));
            // Rather where something is than where nothing is.
            int offset = random.Next(2) == 0 ? random.Next(file.Cached.Length) : Array.FindIndex(file.Cached, random.Next(file.Cached.Length), b => b != 0);
            if (offset < 0)
                continue;
            disk.Flip(name, offset, random.Next(8));
            where += $", bit in {name} at {offset}";
            if (seed % 3 == 0)
            {
                // While it is open.
                run.CheckAll(where);
                run.Work(60, where);
                faults += (int)run.Store.GetStatistics().CorruptRecords;
                continue;
            }

            run.Reopen(where);
            found += run.Found;
            run.Work(60, where);
            faults += (int)run.Store.GetStatistics().CorruptRecords;
            run.Close();
            run.Reopen(where + ", opened anew");
        }

        Assert.InRange(found, 600, int.MaxValue);
        Assert.InRange(faults, 10, int.MaxValue);
    }

    [Fact]
    public void Open_WithASegmentThatCannotBeRead_AnswersNothingOfFormerTimes()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var disk = new SimulatedDisk(seed);
            using var run = new StoreRun(seed, disk, segments: 8);
            run.Open();
            run.Work(120, $"seed {seed}");
            run.Close();
            disk.UnreadableFile = disk.Files.Keys.Where(name => name.EndsWith(".segment", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ElementAt((int)(seed % 3));
            run.Reopen($"seed {seed}, unreadable");
            Assert.Equal(0, run.Found);
            run.Work(60, $"seed {seed}, unreadable");
            run.Close();
            disk.UnreadableFile = null;
            run.Reopen($"seed {seed}, readable again");
        }
    }

    [Fact]
    public void Work_OnADiskThatIsTooSmall_GoesOnWithWhatThereIs()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var disk = new SimulatedDisk(seed) { CapacityBytes = Strata.Files.Layout.StoreHeader.FileBytes + (1 + (long)(seed % 6)) * StoreRun.SegmentBytes };
            using var run = new StoreRun(seed, disk, segments: 8);
            run.Open();
            run.Work(300, $"seed {seed}");
            run.Close();
            run.Reopen($"seed {seed}, opened anew");
            Assert.InRange(disk.MostBytes, 0, disk.CapacityBytes);
        }
    }

    [Fact]
    public void Files_OfAnyHistory_StayWithinTheCapacity()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var disk = new SimulatedDisk(seed);
            using var run = new StoreRun(seed, disk, segments: 4 + (int)(seed % 5));
            for (int round = 0; round < 3; round++)
            {
                run.Reopen($"seed {seed}, round {round}");
                run.Work(300, $"seed {seed}, round {round}");
                run.Close();
            }

            Assert.InRange(disk.MostBytes, 1, run.Options.CapacityBytes);
        }
    }
}
