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
                Check(disk, $"seed {seed}, flush {refused} refused");
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
                    Check(disk, $"seed {seed}, flush {refused} refused, footer of {name} lost");
                }
            }
        }
    }

    [Fact]
    public void Pump_AfterAClearInPlaceFailedHalfWay_WritesTheOtherHalf()
    {
        int promised = 0;
        for (int failing = 1; failing <= 60; failing++)
        {
            for (int damaged = 0; damaged < Segments; damaged++)
            {
                var disk = new SimulatedDisk((ulong)failing);
                promised += ClearInPlace(disk, failing) ? 1 : 0;
                disk.Flip($"{damaged:D5}.segment", TinyStore.Seg - 1, 0);
                Check(disk, $"step {failing} failed, footer of {damaged} lost");
            }
        }

        Assert.Equal(60 * Segments, promised);
    }

    /// <summary>Has every segment break, and one of the steps fail that mend them; then the machine fails.</summary>
    private bool ClearInPlace(SimulatedDisk disk, int failing)
    {
        Array.Clear(_last);
        var store = new SegmentStore(disk.Open(), TinyStore.Options(Segments, _time));
        void Write(int version)
        {
            byte[] value = new byte[1_000];
            BinaryPrimitives.WriteInt32LittleEndian(value, version);
            store.Set(TinyStore.Key(version % Keys), new(value), default);
            _last[version % Keys] = version;
        }

        int version = 0;
        for (; version < 3 * Keys; version++)
        {
            Write(version);
            store.Flush(toDevice: true);
        }

        disk.FailsAll = true;
        for (; store.GetStatistics().BrokenSegments < Segments && version < 10_000; version++)
        {
            Write(version);
            store.Flush(toDevice: true);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        disk.FailsAll = false;
        disk.FailAt.Add(disk.Steps + failing);
        for (int second = 0; second < 3 * Segments; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            store.Pump(isFlush: true);
        }

        Assert.Equal(0, store.GetStatistics().BrokenSegments);
        bool isPromised = store.Flush(toDevice: true) || store.Flush(toDevice: true);
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

    private void Check(SimulatedDisk disk, string where)
    {
        using var store = new SegmentStore(disk.Open(), TinyStore.Options(Segments, _time));
        store.Recover();
        for (int key = 0; key < Keys; key++)
        {
            if (TinyStore.Get(store, TinyStore.Key(key), out byte[] value).Status == TierReadStatus.Hit)
                Assert.True(BinaryPrimitives.ReadInt32LittleEndian(value) == _last[key], $"{where}: key {key} answers {BinaryPrimitives.ReadInt32LittleEndian(value)}, not {_last[key]}");
        }
    }
}
