using System.Text;
using Strata.Files.Layout;
using Strata.Files.Segments;
using Strata.Files.Tests.Support;
using Strata.TestKit;
using Strata.Tiers;
using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>Segments whose footer comes late, because the device refused it, or is lost.</summary>
public sealed class FooterTests
{
    private const int Segments = 12;
    private const int ValueBytes = 1_000;

    private static readonly byte[] s_key = TinyStore.Key(-1);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Mend_OfASegmentThatLostAnOverwrite_HidesWhatThatHadReplaced()
    {
        var disk = new SimulatedDisk(1);
        SegmentStore store = Open(disk);
        Set(store, "one");
        Assert.True(store.Flush(toDevice: true));
        Set(store, "two");
        disk.RefusedFlush = disk.Flushes + 1;
        Assert.False(store.Flush(toDevice: true));
        Pump(store);
        Assert.Equal(0, store.GetStatistics().BrokenSegments);
        // The tombstone in its place was not flushed.
        disk.Restart(CrashKind.LoseAll);
        Assert.Null(GetAfterReopening(disk));
    }

    [Fact]
    public void Remove_OfWhatAMendedSegmentLost_LeavesATombstone()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var disk = new SimulatedDisk(seed);
            SegmentStore store = Open(disk);
            Set(store, "one");
            store.Pump(isFlush: true);
            // The device may have it or not.
            disk.FailAt.Add(disk.Steps + 1);
            Assert.False(store.Flush(toDevice: true));
            Pump(store);
            Assert.Equal(0, store.GetStatistics().BrokenSegments);
            Assert.Equal(TierWriteStatus.NotFound, store.Remove(s_key));
            disk.Restart(CrashKind.Kill);
            Assert.Null(GetAfterReopening(disk));
        }
    }

    [Fact]
    public void Mend_OfASegmentWithADamagedRecord_WritesNoFooterThatNamesLess()
    {
        for (int crashAt = 1; crashAt <= 60; crashAt++)
        {
            var disk = new SimulatedDisk(1);
            SegmentStore store = Open(disk);
            (string oldest, string next) = Fill(store, disk);
            // No removal can be written, and no clear for it; every footer is in doubt.
            disk.FailsAll = true;
            store.Remove(TinyStore.Key(20));
            Assert.Equal(disk.Files.Count - 1, store.GetStatistics().BrokenSegments);
            disk.FailsAll = false;
            // One more file takes the clear. Before that is durable, the machine fails.
            disk.UnwritableFile = oldest;
            FlipInSecondRecord(disk, next);
            disk.CrashAt = disk.Steps + crashAt;
            try
            {
                for (int i = 0; i < 4; i++)
                    Pump(store);
            }
            catch (SimulatedCrashException)
            {
            }

            disk.UnwritableFile = null;
            disk.Restart(CrashKind.LoseAll);
            Assert.NotEqual("one", GetAfterReopening(disk));
        }
    }

    [Fact]
    public void Recover_OfRecordsThatEndBeforeTheFooterSays_TrustsNothing()
    {
        var disk = new SimulatedDisk(1);
        string next;
        using (SegmentStore store = Open(disk))
            (_, next) = Fill(store, disk);
        Assert.Equal("two", GetAfterReopening(disk));
        FlipInSecondRecord(disk, next);
        Assert.Equal("two", GetAfterReopening(disk));
        // Its entries are gone, and what says how far they go is not.
        disk.Flip(next, TinyStore.Seg - SegmentFooter.SizeBytes - 1, 0);
        Assert.Null(GetAfterReopening(disk));
    }

    /// <summary>Fills segments with three values each: the first value of the key is in the oldest, the second one at the end of the next.</summary>
    /// <returns>The files of these two.</returns>
    private static (string Oldest, string Next) Fill(SegmentStore store, SimulatedDisk disk)
    {
        for (int i = 0; i < 24; i++)
        {
            if (i is 0 or 5)
                Set(store, i == 0 ? "one" : "two");
            else
                store.Set(TinyStore.Key(i), new(new byte[ValueBytes]), default);
            store.Pump(isFlush: true);
        }

        return (NameOf(disk, "one"), NameOf(disk, "two"));
    }

    private static string NameOf(SimulatedDisk disk, string value) =>
        disk.Files.Single(file => file.Value.Cached.AsSpan().IndexOf(Padded(value)) >= 0).Key;

    private static void FlipInSecondRecord(SimulatedDisk disk, string name)
    {
        int length = (int)RecordHeader.Read(disk.Files[name].Cached.AsSpan(SegmentHeader.BlockBytes)).LengthBytes;
        disk.Flip(name, SegmentHeader.BlockBytes + length + length / 2, 0);
    }

    private SegmentStore Open(SimulatedDisk disk) => new(disk.Open(), TinyStore.Options(Segments, _time));

    private void Pump(SegmentStore store)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        store.Pump(isFlush: true);
    }

    private static void Set(SegmentStore store, string value) => Assert.Equal(TierWriteStatus.Done, store.Set(s_key, new(Padded(value)), default));

    private static byte[] Padded(string value) => Encoding.ASCII.GetBytes(value.PadRight(ValueBytes, '.'));

    private string? GetAfterReopening(SimulatedDisk disk)
    {
        using SegmentStore store = Open(disk);
        store.Recover();
        return TinyStore.Get(store, s_key, out byte[] value).Status == TierReadStatus.Hit ? Encoding.ASCII.GetString(value).TrimEnd('.') : null;
    }
}
