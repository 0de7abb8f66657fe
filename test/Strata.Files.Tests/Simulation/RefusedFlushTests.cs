using System.Buffers.Binary;
using Strata.Files.Segments;
using Strata.Files.Tests.Support;
using Strata.TestKit;
using Strata.Tiers;
using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>One flush is refused, and what it had to write is lost; a later one promises that all is durable. Then the machine fails.</summary>
public sealed class RefusedFlushTests
{
    private const int Segments = 6;
    // Not full yet: none is empty but those that are free.
    private const int RoomySegments = 12;
    private const int Keys = 12;
    private const int Seeds = 40;
    // Those before it make the store's own file.
    private const int FirstRefused = 3;
    private const int RefusedFlushes = 30;

    // What a key had last; no value is a removal.
    private readonly int?[] _last = new int?[Keys];
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Flush_AfterARefusedOne_KeepsItsPromise()
    {
        int promised = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            for (int refused = FirstRefused; refused < RefusedFlushes; refused++)
            {
                var disk = new SimulatedDisk((ulong)seed) { RefusedFlush = refused };
                if (!WorkToThePromise(seed, disk))
                    continue;
                promised++;
                Check(disk, Segments, $"seed {seed}, flush {refused} refused");
            }
        }

        Assert.InRange(promised, 500, int.MaxValue);
    }

    [Fact]
    public void Flush_AfterARefusedOne_KeepsItsPromiseWithoutAnyOneFooter()
    {
        for (int seed = 1; seed <= Seeds; seed++)
        {
            for (int refused = FirstRefused; refused < RefusedFlushes; refused++)
            {
                for (int damaged = 0; damaged < Segments; damaged++)
                {
                    var disk = new SimulatedDisk((ulong)seed) { RefusedFlush = refused };
                    if (!WorkToThePromise(seed, disk) || disk.Files.Keys.Where(name => name.EndsWith(".segment", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ElementAtOrDefault(damaged) is not { } name)
                        break;
                    disk.Flip(name, TinyStore.Seg - 1, 0);
                    Check(disk, Segments, $"seed {seed}, flush {refused} refused, footer of {name} lost");
                }
            }
        }
    }

    [Fact]
    public void Pump_AfterAClearInPlaceFailedHalfWay_WritesTheOtherHalf()
    {
        const int Steps = 30;
        int promised = 0;
        for (int failing = 1; failing <= Steps; failing++)
        {
            for (int damaged = 0; damaged < RoomySegments - 1; damaged++)
            {
                var disk = new SimulatedDisk((ulong)failing);
                promised += ClearInPlace(disk, failing) ? 1 : 0;
                disk.Flip($"{damaged:D5}.segment", TinyStore.Seg - 1, 0);
                Check(disk, RoomySegments, $"step {failing} failed, footer of {damaged} lost");
            }
        }

        Assert.Equal(Steps * (RoomySegments - 1), promised);
    }

    /// <summary>Removes everything while every segment breaks, and has one of the steps fail that mend them; then the machine fails.</summary>
    private bool ClearInPlace(SimulatedDisk disk, int failing)
    {
        Array.Clear(_last);
        var store = new SegmentStore(disk.Open(), TinyStore.Options(RoomySegments, _time));
        for (int version = 0; version < 2 * Keys; version++)
        {
            byte[] value = new byte[1_000];
            BinaryPrimitives.WriteInt32LittleEndian(value, version);
            store.Set(TinyStore.Key(version % Keys), new(value), default);
            Assert.True(store.Flush(toDevice: true));
        }

        // No tombstone can be written, and no clear in their place.
        disk.FailsAll = true;
        for (int key = 0; key < Keys; key++)
            store.Remove(TinyStore.Key(key));
        int broken = store.GetStatistics().BrokenSegments;
        Assert.Equal(disk.Files.Count - 1, broken);
        disk.FailsAll = false;
        disk.FailAt.Add(disk.Steps + failing);
        for (int second = 0; second < 3 * broken; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            store.Pump(isFlush: true);
        }

        Assert.Equal(0, store.GetStatistics().BrokenSegments);
        // The other clears go, which were tried before.
        for (int other = 0; other < Keys; other++)
        {
            store.Set(TinyStore.Key(Keys + other), new(new byte[1_000]), default);
            store.Flush(toDevice: true);
        }

        bool isPromised = store.Flush(toDevice: true);
        disk.FailAt.Clear();
        disk.Restart(CrashKind.LoseAll);
        return isPromised;
    }

    /// <summary>Writes and removes, with a flush now and then, up to the first that succeeds after the refused one.</summary>
    private bool WorkToThePromise(int seed, SimulatedDisk disk)
    {
        var random = new Random(seed);
        Array.Clear(_last);
        // Never closed: the machine fails.
        var store = new SegmentStore(disk.Open(), TinyStore.Options(Segments, _time));
        for (int step = 0, version = 0; step < 60; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            for (int i = random.Next(1, 16); i > 0; i--)
            {
                int key = random.Next(Keys);
                if (random.Next(4) != 0)
                {
                    byte[] value = new byte[1_000];
                    BinaryPrimitives.WriteInt32LittleEndian(value, ++version);
                    store.Set(TinyStore.Key(key), new(value), default);
                    _last[key] = version;
                }
                else
                {
                    store.Remove(TinyStore.Key(key));
                    _last[key] = null;
                }
            }

            bool wasRefused = disk.Flushes >= disk.RefusedFlush;
            if (store.Flush(toDevice: true) && wasRefused)
            {
                disk.Restart(CrashKind.LoseAll);
                return true;
            }
        }

        return false;
    }

    private void Check(SimulatedDisk disk, int segments, string where)
    {
        using var store = new SegmentStore(disk.Open(), TinyStore.Options(segments, _time));
        store.Recover();
        for (int key = 0; key < Keys; key++)
        {
            if (TinyStore.Get(store, TinyStore.Key(key), out byte[] value).Status == TierReadStatus.Hit)
                Assert.True(BinaryPrimitives.ReadInt32LittleEndian(value) == _last[key], $"{where}: key {key} answers {BinaryPrimitives.ReadInt32LittleEndian(value)}, not {_last[key]}");
        }
    }
}
