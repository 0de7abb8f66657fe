using Strata.Entries;
using Strata.Files.Device;
using Strata.Files.Segments;
using Strata.Files.Tests.Simulation;
using Strata.Files.Tests.Support;
using Strata.Invalidation;
using Strata.TestKit;
using Strata.Tiers;
using Xunit;
using static Strata.Files.Tests.Support.TinyStore;

namespace Strata.Files.Tests;

/// <summary>What the store takes, and goes on taking.</summary>
public sealed class RoomTests
{
    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 0)]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    public void Remove_BesideAClassThatIsSeldomWritten_LeavesRoomForValues(bool hasRemovals, int idleClass)
    {
        var time = new ManualTimeProvider();
        using var store = new SegmentStore(new SimulatedDisk(1).Open(), Options(60, time));
        TimeSpan? ttl = TimeSpan.FromMinutes(30);
        if (idleClass > 0)
            Assert.Equal(TierWriteStatus.Done, store.Set(Key(-1), new(new byte[100]), new EntryOptions { Ttl = idleClass == 1 ? null : ttl }));
        var counts = new List<long>();
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++)
        {
            // Writes, many of them over what is there; with removals, one in four.
            int key = random.Next(2_000);
            if (hasRemovals && i % 4 == 0)
                store.Remove(Key(key));
            else
                store.Set(Key(key), new(new byte[100]), new EntryOptions { Ttl = idleClass == 2 ? null : ttl });
            store.Pump(isFlush: false);
            if (i % 1_000 == 999 && i > 10_000)
                counts.Add(store.GetStatistics().Entries);
        }

        Assert.True(counts.Min() > 500, string.Join(' ', counts));
    }

    [Fact]
    public async Task Set_WithTheLeastBuffer_IsTakenAfterEachFlush()
    {
        using var directory = new TempDirectory();
        await using var tier = new FileTier(directory.Path, new FileTierOptions { CapacityBytes = 64L << 20, WriteBufferBytes = 1 << 20 });
        ICacheTier cache = tier;
        await cache.SetAsync(Key(0), new(new byte[1000]));
        Assert.Equal(TierWriteStatus.Done, await cache.RemoveAsync(Key(0)));
        int refused = 0;
        for (int i = 1; i < 4000; i++)
        {
            if (await cache.SetAsync(Key(i), new(new byte[1000])) != TierWriteStatus.Done)
                refused++;
            if (i % 100 == 0)
                Assert.True(await tier.FlushAsync());
        }

        Assert.Equal(0, refused);
    }

    [Fact]
    public async Task Set_OfTheLongestValue_IsTakenWithTheDefaultBuffer()
    {
        using var directory = new TempDirectory();
        await using var tier = new FileTier(directory.Path, new FileTierOptions { CapacityBytes = 4L << 30 });
        ICacheTier cache = tier;
        Assert.Equal(TierWriteStatus.Done, await cache.SetAsync(Key(0), new(new byte[10])));
        await tier.FlushAsync();
        Assert.Equal(TierWriteStatus.Done, await cache.SetAsync(Key(1), new(new byte[tier.MaxValueBytes - 8192])));
    }

    [Fact]
    public void Remove_BesideABrokenSegment_LeavesRoomForValues()
    {
        var disk = new SimulatedDisk(1);
        using var store = new SegmentStore(disk.Open(), Options(32, new ManualTimeProvider()));
        store.Set(Key(-1), new(new byte[100]), default);
        Assert.True(store.Flush(toDevice: true));
        store.Set(Key(-2), new(new byte[100]), default);
        disk.FailAt.Add(disk.Steps + 1);
        Assert.False(store.Flush(toDevice: false));
        Assert.Equal(1, store.GetStatistics().BrokenSegments);
        long least = long.MaxValue;
        for (int i = 0; i < 20_000; i++)
        {
            if (i % 4 == 0)
                store.Remove(Key((i - 400) % 1_000));
            else
                store.Set(Key(i % 1_000), new(new byte[100]), default);
            store.Pump(isFlush: false);
            if (i > 10_000 && Get(store, Key(-1), out _).Status == TierReadStatus.Miss)
                least = Math.Min(least, store.GetStatistics().DeadBytes + store.GetStatistics().LiveBytes);
        }

        // Half of the store at the least is for values.
        Assert.InRange(least, 16 * Seg / 4, long.MaxValue);
        store.Dispose();
        using var again = new SegmentStore(disk.Open(), Options(32, new ManualTimeProvider()));
        again.Recover();
        Assert.Equal(TierReadStatus.Miss, Get(again, Key(-1), out _).Status);
    }

    [Fact]
    public void Set_BeforeAFullStoreWasRecovered_IsTakenAndLosesNothing()
    {
        const int Segments = 16;
        var time = new ManualTimeProvider();
        var disk = new SimulatedDisk(1);
        long entries;
        using (var store = new SegmentStore(disk.Open(), Options(Segments, time)))
        {
            for (int i = 0; i < 2_000; i++)
            {
                store.Set(Key(i), new(new byte[100]), default);
                store.Pump(isFlush: false);
            }

            Assert.InRange(store.GetStatistics().Reclaims, 1, long.MaxValue);
            entries = store.GetStatistics().Entries;
        }

        using var again = new SegmentStore(disk.Open(), Options(Segments, time));
        Assert.Equal(TierWriteStatus.Done, again.Set(Key(-1), new(new byte[100]), default));
        again.Remove(Key(1_999));
        again.Recover();
        // One more and one less.
        Assert.Equal(entries, again.GetStatistics().Entries);
        Assert.Equal(TierReadStatus.Hit, Get(again, Key(-1), out _).Status);
        Assert.Equal(TierReadStatus.Hit, Get(again, Key(1_998), out _).Status);
        Assert.Equal(TierReadStatus.Miss, Get(again, Key(1_999), out _).Status);
    }

    [Fact]
    public void Set_AfterAllSegmentsBroke_IsTakenAgainWithoutOpeningAnew()
    {
        const int Segments = 8;
        using var directory = new TempDirectory();
        var time = new ManualTimeProvider();
        var device = new HookedDevice(new DirectoryDevice(directory.Path));
        byte[] old = Key(-1);
        using (var store = new SegmentStore(device, Options(Segments, time)))
        {
            for (int i = 0; i < 100; i++)
            {
                store.Set(i % 2 == 0 ? old : Key(i), new(new byte[1_000]), default);
                Assert.True(store.Flush(toDevice: true));
            }

            device.RefusesWrites = true;
            for (int i = 0; i < 1_000 && store.GetStatistics().BrokenSegments < Segments; i++)
            {
                store.Set(i % 2 == 0 ? old : Key(i), new(new byte[1_000]), default);
                store.Flush(toDevice: true);
                store.Remove(Key(i));
                time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Equal(Segments, store.GetStatistics().BrokenSegments);
            Assert.Equal(0, store.GetStatistics().Entries);
            device.RefusesWrites = false;
            // One a second.
            for (int second = 0; second < 3 * Segments; second++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                store.Pump(isFlush: true);
            }

            Assert.Equal(0, store.GetStatistics().BrokenSegments);
            Assert.Equal(TierWriteStatus.Done, store.Set(Key(1), new(new byte[100]), default));
            Assert.Equal(TierWriteStatus.Done, store.Remove(Key(1)));
            Assert.Equal(TierWriteStatus.Done, store.Set(Key(2), new(new byte[100]), default));
            Assert.True(store.Flush(toDevice: true));
            Assert.Equal(TierReadStatus.Hit, Get(store, Key(2), out _).Status);
        }

        using var again = new SegmentStore(new DirectoryDevice(directory.Path), Options(Segments, time));
        again.Recover();
        Assert.Equal(TierReadStatus.Hit, Get(again, Key(2), out _).Status);
        Assert.Equal(TierReadStatus.Miss, Get(again, Key(1), out _).Status);
        Assert.Equal(TierReadStatus.Miss, Get(again, old, out _).Status);
    }

    [Fact]
    public void Pump_WithOneSegmentThatStaysBroken_MendsTheOthers()
    {
        const int Segments = 8;
        int broken = 0;
        for (int stays = 0; stays < Segments; stays++)
        {
            var time = new ManualTimeProvider();
            var disk = new SimulatedDisk(1);
            using var store = new SegmentStore(disk.Open(), Options(Segments, time));
            for (int i = 0; i < 100; i++)
            {
                store.Set(Key(i), new(new byte[1_000]), default);
                store.Pump(isFlush: true);
            }

            disk.FailsAll = true;
            for (int i = 0; i < 1_000 && store.GetStatistics().BrokenSegments < Segments; i++)
            {
                store.Set(Key(i), new(new byte[1_000]), default);
                store.Flush(toDevice: true);
                time.Advance(TimeSpan.FromSeconds(1));
            }

            Assert.Equal(Segments, store.GetStatistics().BrokenSegments);
            disk.FailsAll = false;
            disk.UnwritableFile = $"{stays:D5}.segment";
            for (int second = 0; second < 2 * Segments; second++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                store.Pump(isFlush: true);
            }

            // One that only waits for its next life needs no write before that.
            Assert.InRange(store.GetStatistics().BrokenSegments, 0, 1);
            broken += store.GetStatistics().BrokenSegments;
            Assert.Equal(TierWriteStatus.Done, store.Set(Key(1), new(new byte[100]), default));
            Assert.Equal(TierWriteStatus.Done, store.Remove(Key(1)));
        }

        Assert.InRange(broken, 2, Segments);
    }
}
