using System.Buffers;
using Strata.Entries;
using Strata.Files.Segments;
using Strata.Invalidation;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.Tiers;
using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>A store on a simulated disk, beside its model, worked on by random operations of a seed on one thread.</summary>
internal sealed class StoreRun(ulong seed, SimulatedDisk disk, int segments = 8) : IDisposable
{
    public const int SegmentBytes = 8192;

    private readonly ManualTimeProvider _time = new();
    private readonly ArrayBufferWriter<byte> _destination = new();
    private SplitMix64 _random = new(seed);
    private SegmentStore? _store;

    public StoreModel Model { get; } = new();

    public SegmentStore Store => _store!;

    /// <summary>How many keys had a value at the last check.</summary>
    public int Found { get; private set; }

    /// <summary>Whether removals count as durable when they return: the process is killed, the system is not.</summary>
    public bool SystemSurvives { get; init; }

    public FileTierOptions Options => new FileTierOptions
    {
        CapacityBytes = segments * SegmentBytes + Strata.Files.Layout.StoreHeader.FileBytes,
        SegmentBytes = SegmentBytes,
        AllowsTinySegments = true,
        WorksInBackground = false,
        WriteBufferBytes = 3 * SegmentBytes,
        ReinsertedShare = 0.2,
        RecoveredEntries = seed % 2 == 0 ? RecoveredEntries.Stale : RecoveredEntries.Trusted,
        TimeProvider = _time,
    }.Checked();

    public void Open()
    {
        Model.Restart(Options.RecoveredEntries == RecoveredEntries.Trusted);
        _store = new SegmentStore(disk.Open(), Options);
    }

    public void Close()
    {
        _store!.Dispose();
        _store = null;
        Model.MakeAllDurable();
    }

    /// <summary>Opens after a failure, with checks before, in the middle of and after the recovery.</summary>
    public void Reopen(string where)
    {
        Open();
        CheckAll(where + ", before recovery");
        while (Store.RecoverNext())
            CheckAll(where + ", in recovery");
        Store.Recover();
        CheckAll(where + ", recovered");
    }

    public void Work(int operations, string where)
    {
        for (int i = 0; i < operations; i++)
            Operate($"{where}, operation {i}");
    }

    public void CheckAll(string where)
    {
        Found = 0;
        for (int key = 0; key < StoreModel.KeyCount; key++)
            Get(key, where);
    }

    /// <summary>The store is forgotten, as by a process that ends.</summary>
    public void Dispose() => _store = null;

    private void Operate(string where)
    {
        int key = _random.Next(StoreModel.KeyCount);
        switch (_random.Next(20))
        {
            case < 9:
                Set(key);
                break;
            case < 11:
                Remove(key);
                break;
            case < 15:
                Get(key, where);
                break;
            case 15:
                Store.Pump(isFlush: false);
                break;
            case 16:
                if (Store.Flush(toDevice: false) && SystemSurvives)
                    Model.MakeAllDurable();
                break;
            case 17:
                if (Store.Flush(toDevice: true))
                    Model.MakeAllDurable();
                break;
            case 18:
                Store.Recover();
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(5_000)));
                break;
            default:
                Sweep(where);
                break;
        }
    }

    private void Set(int key)
    {
        byte[] value = Model.Write(key, _random.Next(3) == 0 ? _random.Next(1_600) : _random.Next(300));
        TimeSpan? ttl = _random.Next(3) switch { 0 => TimeSpan.FromSeconds(1 + _random.Next(20)), 1 => TimeSpan.FromHours(2), _ => null };
        TierWriteStatus status = Store.Set(StoreModel.Key(key), new(value), new EntryOptions { Ttl = ttl, Tags = [$"tag{key % 3}"] });
        if (status != TierWriteStatus.Done)
            Model.Remove(key);
    }

    private void Remove(int key)
    {
        Model.Remove(key);
        TierWriteStatus status = Store.Remove(StoreModel.Key(key));
        if (SystemSurvives && status is TierWriteStatus.Done or TierWriteStatus.NotFound)
            Model.MakeDurable(key);
    }

    private void Get(int key, string where)
    {
        _destination.Clear();
        TierRead read = Store.Get(StoreModel.Key(key), _destination);
        Model.Check(key, read, _destination.WrittenSpan, where);
        if (read.Status is TierReadStatus.Hit or TierReadStatus.Stale)
            Found++;
    }

    /// <summary>Now and then everything, or what has a tag, or what begins like something.</summary>
    private void Sweep(string where)
    {
        int key = _random.Next(StoreModel.KeyCount);
        switch (_random.Next(6))
        {
            case 0:
                RemoveAll(_ => true, () => Store.Clear());
                break;
            case 1 or 2:
                RemoveAll(each => each % 3 == key % 3, () => Store.Invalidate(InvalidationRule.OfAnyTag($"tag{key % 3}")));
                break;
            case 3:
                RemoveAll(each => each == key, () => Store.Invalidate(InvalidationRule.OfPrefix(StoreModel.Key(key))));
                break;
            case 4:
                Model.MarkStale();
                if (Store.MarkStale() == TierWriteStatus.Done && SystemSurvives)
                    Model.MakeMarkDurable();
                break;
            default:
                CheckAll(where);
                break;
        }
    }

    private void RemoveAll(Func<int, bool> isMeant, Func<TierWriteStatus> call)
    {
        int[] meant = [.. Enumerable.Range(0, StoreModel.KeyCount).Where(isMeant)];
        foreach (int key in meant)
            Model.Remove(key);
        if (call() == TierWriteStatus.Done && SystemSurvives)
        {
            foreach (int key in meant)
                Model.MakeDurable(key);
        }
    }
}
