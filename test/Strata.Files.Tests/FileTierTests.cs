using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Strata.Files.Layout;
using Strata.Files.Segments;
using Strata.Files.Tests.Simulation;
using Strata.Files.Tests.Support;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.Tiers;
using Xunit;

namespace Strata.Files.Tests;

/// <summary>What is refused, what is emptied, and what many threads see.</summary>
public sealed class FileTierTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Set_WithTheBufferFull_IsRefusedAndLeavesNoFormerValue()
    {
        var disk = new SimulatedDisk(1);
        var store = new SegmentStore(disk.Open(), Options());
        Assert.Equal(TierWriteStatus.Done, Set(store, 0, 100));
        Assert.True(store.Flush(toDevice: true));
        int written = 1;
        while (Set(store, written, 1_500) == TierWriteStatus.Done)
            written++;
        Assert.InRange(written, 5, 50);
        Assert.Equal(TierWriteStatus.Refused, Set(store, 0, 1_500));
        Assert.Equal(TierReadStatus.Miss, Get(store, 0));
        Assert.Equal(2, store.GetStatistics().Dropped);
        store.Dispose();
        store = new SegmentStore(disk.Open(), Options());
        store.Recover();
        Assert.Equal(TierReadStatus.Miss, Get(store, 0));
        Assert.Equal(TierReadStatus.Stale, Get(store, 1));
        store.Dispose();
    }

    [Fact]
    public void Set_OfATooLongValue_IsRefusedAndLeavesNoFormerValue()
    {
        using var store = new SegmentStore(new SimulatedDisk(1).Open(), Options());
        Set(store, 1, 10);
        Assert.Equal(TierWriteStatus.Refused, Set(store, 1, store.MaxValueBytes + 1));
        Assert.Equal(TierReadStatus.Miss, Get(store, 1));
        Assert.Equal(1, store.GetStatistics().TooLong);
    }

    [Fact]
    public void Set_WhereKeysMustBeWrittenTwice_TakesTheSecondWrite()
    {
        using var store = new SegmentStore(new SimulatedDisk(1).Open(), Options(options => options.AdmitsOnSecondWrite = true));
        Assert.Equal(TierWriteStatus.Refused, Set(store, 1, 10));
        Assert.Equal(TierReadStatus.Miss, Get(store, 1));
        Assert.Equal(TierWriteStatus.Done, Set(store, 1, 10));
        Assert.Equal(TierWriteStatus.Done, Set(store, 1, 20));
        Assert.Equal(1, store.GetStatistics().NotAdmitted);
    }

    [Fact]
    public void Set_BeyondTheBytesPerSecond_IsRefusedUntilTimePasses()
    {
        using var store = new SegmentStore(new SimulatedDisk(1).Open(), Options(options => options.WriteBytesPerSecond = 65_536, bufferBytes: 1 << 20, segmentBytes: 64 << 10));
        int taken = 0;
        while (Set(store, taken, 10_000) == TierWriteStatus.Done)
            taken++;
        Assert.Equal(6, taken);
        Set(store, 0, 10_000);
        Assert.Equal(TierReadStatus.Miss, Get(store, 0));
        store.Pump(isFlush: false);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(TierWriteStatus.Done, Set(store, 100, 10_000));
        Assert.Equal(2, store.GetStatistics().NotAdmitted);
    }

    [Fact]
    public void Reclaim_OfTheOldest_KeepsWhatWasReadAndNoMore()
    {
        using var store = new SegmentStore(new SimulatedDisk(1).Open(), Options());
        Set(store, 0, 100);
        Set(store, 1, 100);
        int next = 2;
        while (store.GetStatistics().Reclaims < 6)
        {
            Assert.Equal(TierReadStatus.Hit, Get(store, 0));
            Set(store, next++, 500);
            store.Pump(isFlush: false);
        }

        Assert.Equal(TierReadStatus.Hit, Get(store, 0));
        Assert.Equal(TierReadStatus.Miss, Get(store, 1));
        Assert.InRange(store.GetStatistics().ReinsertedBytes, 100, 6 * StoreRun.SegmentBytes / 5);
    }

    [Fact]
    public void Recover_OfAValueThatHoldsRecords_FindsTheValueOnly()
    {
        var disk = new SimulatedDisk(1);
        var store = new SegmentStore(disk.Open(), Options());
        Set(store, 1, 200);
        store.Flush(toDevice: false);
        byte[] segment = disk.Files.Where(file => file.Key != "strata.store").Select(file => file.Value.Cached).First(bytes => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4096)) != 0);
        // Real records of this very life as a value, as often as fits, after a removal of the key they are of.
        byte[] record = segment.AsSpan(4096, 256).ToArray();
        byte[] value = [.. record, .. record, .. record];
        store.Remove(Key(1));
        Assert.Equal(TierWriteStatus.Done, store.Set(Key(2), new(value), default));
        store.Flush(toDevice: false);
        // The process ends, and the head of the record around them is damaged, so that a search would find the inner ones.
        int outer = 4096 + (int)RecordHeader.Read(segment.AsSpan(4096)).LengthBytes;
        segment[outer + 8] ^= 1;
        disk.Restart(CrashKind.Kill);
        store = new SegmentStore(disk.Open(), Options());
        store.Recover();
        Assert.Equal(TierReadStatus.Miss, Get(store, 1));
        Assert.Equal(TierReadStatus.Miss, Get(store, 2));
        store.Dispose();
    }

    [Fact]
    public void MarkStale_OfValuesAndReadsAndCarriedOnes_LastsUntilTheyAreWritten()
    {
        var disk = new SimulatedDisk(1);
        FileTierOptions options = Options(each => each.RecoveredEntries = RecoveredEntries.Trusted);
        var store = new SegmentStore(disk.Open(), options);
        Set(store, 0, 100);
        Set(store, 1, 100);
        Assert.Equal(TierWriteStatus.Done, store.MarkStale());
        Set(store, 2, 100);
        Assert.Equal((TierReadStatus.Stale, TierReadStatus.Stale, TierReadStatus.Hit), (Get(store, 0), Get(store, 1), Get(store, 2)));
        Set(store, 1, 100);
        Assert.Equal(TierReadStatus.Hit, Get(store, 1));
        // The values reach the system; then the process is killed.
        Assert.True(store.Flush(toDevice: false));
        disk.Restart(CrashKind.Kill);
        store = new SegmentStore(disk.Open(), options);
        store.Recover();
        Assert.Equal((TierReadStatus.Stale, TierReadStatus.Hit, TierReadStatus.Hit), (Get(store, 0), Get(store, 1), Get(store, 2)));
        // It is carried from segment to segment, until none is older than the mark.
        for (int next = 3; store.GetStatistics().Reclaims < 30; next++)
        {
            Assert.Equal(TierReadStatus.Stale, Get(store, 0));
            Set(store, next, 500);
            store.Pump(isFlush: false);
        }

        Assert.Equal(TierReadStatus.Stale, Get(store, 0));
        store.Dispose();
        store = new SegmentStore(disk.Open(), options);
        store.Recover();
        Assert.Equal(TierReadStatus.Stale, Get(store, 0));
        store.Pump(isFlush: false);
        Assert.Equal(TierWriteStatus.Done, Set(store, 0, 100));
        Assert.Equal(TierReadStatus.Hit, Get(store, 0));
        store.Dispose();
    }

    [Fact]
    public async Task Reads_WhileSegmentsAreEmptied_DeliverWholeValuesOfTheirKeys()
    {
        using var directory = new TempDirectory();
        FileTierOptions options = new FileTierOptions { CapacityBytes = (20 * 64 << 10) + 8192, SegmentBytes = 64 << 10, AllowsTinySegments = true, WriteBufferBytes = 256 << 10, FlushInterval = TimeSpan.FromMilliseconds(1) }.Checked();
        const int Keys = 600;
        long hits = 0;
        await using (var tier = new FileTier(options, new Device.DirectoryDevice(directory.Path)))
        {
            int[] versions = new int[Keys];
            bool isDone = false;
            Task[] readers = [.. Enumerable.Range(0, 2).Select(reader => Task.Factory.StartNew(() =>
            {
                var random = new SplitMix64((ulong)reader);
                var destination = new ArrayBufferWriter<byte>();
                while (!Volatile.Read(ref isDone))
                {
                    int key = random.Next(Keys);
                    int before = Volatile.Read(ref versions[key]);
                    destination.Clear();
                    if (tier.Store.Get(Key(key), destination).Status != TierReadStatus.Hit)
                        continue;
                    ReadOnlySpan<byte> value = destination.WrittenSpan;
                    int version = BinaryPrimitives.ReadInt32LittleEndian(value);
                    Assert.True(version >= before && value.SequenceEqual(Versioned(key, version)), $"Key {key}: version {version} after {before}");
                    Interlocked.Increment(ref hits);
                }
            }, TaskCreationOptions.LongRunning))];
            var random = new SplitMix64(9);
            // Readers that come late, on a busy machine, find writes under way all the same.
            for (int i = 1; i < 40_000 || (Interlocked.Read(ref hits) < 100 && i < 10_000_000); i++)
            {
                int key = random.Next(Keys);
                TierWriteStatus status = i % 16 == 0 ? tier.Store.Remove(Key(key)) : tier.Store.Set(Key(key), new(Versioned(key, i)), default);
                Assert.NotEqual(TierWriteStatus.Faulted, status);
                Volatile.Write(ref versions[key], i);
                // The disk catches up, and the next writes are taken.
                if (status == TierWriteStatus.Refused)
                    tier.Store.Flush(toDevice: false);
            }

            Volatile.Write(ref isDone, true);
            await Task.WhenAll(readers);
            FileTierStatistics statistics = tier.GetStatistics();
            Assert.Equal(0, statistics.CorruptRecords);
            Assert.InRange(statistics.Reclaims, 10, long.MaxValue);
            Assert.InRange(hits, 100, long.MaxValue);
        }

        Assert.InRange(Directory.EnumerateFiles(directory.Path).Sum(file => new FileInfo(file).Length), 1, options.CapacityBytes);
    }

    [Fact]
    public async Task AnyCall_AfterDispose_Throws()
    {
        using var directory = new TempDirectory();
        var tier = new FileTier(directory.Path, new FileTierOptions { CapacityBytes = 64 << 20 });
        tier.Dispose();
        await tier.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await tier.GetAsync(Key(1), new ArrayBufferWriter<byte>()));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await tier.SetAsync(Key(1), new(Key(1))));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await tier.RemoveAsync(Key(1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await tier.ClearAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => tier.FlushAsync());
        Assert.Throws<ObjectDisposedException>(() => tier.GetStatistics());
    }

    private FileTierOptions Options(Action<FileTierOptions>? change = null, int bufferBytes = 3 * StoreRun.SegmentBytes, int segmentBytes = StoreRun.SegmentBytes)
    {
        var options = new FileTierOptions
        {
            CapacityBytes = 8 * segmentBytes + StoreHeader.FileBytes, SegmentBytes = segmentBytes, AllowsTinySegments = true, WorksInBackground = false, WriteBufferBytes = bufferBytes, TimeProvider = _time,
        };
        change?.Invoke(options);
        return options.Checked();
    }

    private static byte[] Versioned(int key, int version)
    {
        byte[] value = TestBytes.Value((ulong)(key * 7 + version), 4 + version % 900);
        BinaryPrimitives.WriteInt32LittleEndian(value, version);
        return value;
    }

    private static byte[] Key(int key) => Encoding.ASCII.GetBytes($"key:{key}");

    private static TierWriteStatus Set(SegmentStore store, int key, int valueBytes) => store.Set(Key(key), new(TestBytes.Value((ulong)key, valueBytes)), default);

    private static TierReadStatus Get(SegmentStore store, int key) => store.Get(Key(key), new ArrayBufferWriter<byte>()).Status;
}
