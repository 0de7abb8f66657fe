using System.Diagnostics;
using Strata.Engine.Stress.Litmus;

namespace Strata.Engine.Stress.Torture;

/// <summary>One thread of the torture: draws operations, carries them out and has what they say judged. The parts are the verbs.</summary>
internal sealed partial class TortureWorker(TortureRun run, int number, int seed)
{
    /// <summary>Half of all operations go to these few keys, where threads meet.</summary>
    private const int HotKeys = 16;

    /// <summary>The keys of a batch: a group and a little more.</summary>
    private const int BatchKeys = 40;

    private const int HeldLeases = 4;

    private const int OperationsAfterDispose = 500;

    private readonly Random _random = new(seed);
    private readonly byte[] _key = new byte[TortureKey.MaxBytes];
    private readonly byte[] _value = new byte[Math.Min(run.Target.MaxValueBytes, run.Options.MaxValueBytes)];
    private readonly byte[] _destination = new byte[Math.Min(run.Target.MaxValueBytes, run.Options.MaxValueBytes)];
    private readonly SmallSpanWriter _writer = new(spanBytes: 97, (int)Math.Min(run.Target.MaxValueBytes, run.Options.MaxValueBytes));
    private readonly byte[] _batchKeys = new byte[BatchKeys * TortureKey.MaxBytes];
    private readonly int[] _batchEnds = new int[BatchKeys];
    private readonly BatchRead[] _batchResults = new BatchRead[BatchKeys];
    private readonly HeldLease[] _held = new HeldLease[HeldLeases];
    private long _fenceCounter;

    public TortureTally Tally { get; } = new();

    private ITortureTarget Target => run.Target;

    /// <summary>Works until the run stops, or the store turns it away.</summary>
    public void Work()
    {
        Processors.Bind(number);
        try
        {
            while (!run.MustStop)
            {
                Operate();
                Tally.Operations++;
            }
        }
        catch (ObjectDisposedException) when (run.IsDisposing)
        {
            Tally.TurnedAway++;
            ExpectToBeTurnedAway();
        }
        catch (Exception unexpected)
        {
            run.Report($"thread {number}: {unexpected}");
        }
        finally
        {
            // Also when the store is gone: what is leased stays.
            for (int place = 0; place < _held.Length; place++)
                LetGo(place);
        }
    }

    /// <summary>Reads each key once and has it judged.</summary>
    public void ReadEveryKey()
    {
        for (int key = 0; key < run.KeyCount; key++)
            ReadIntoSpan(key);
    }

    /// <summary>Once dispose has ended, every operation that begins must be turned away.</summary>
    private void ExpectToBeTurnedAway()
    {
        SpinWait.SpinUntil(() => run.IsDisposed);
        for (int i = 0; i < OperationsAfterDispose && !run.MustStop; i++)
        {
            try
            {
                string operation = Operate();
                run.Report($"thread {number}: {operation} did not notice that the store is disposed of");
            }
            catch (ObjectDisposedException)
            {
                // As it must be.
            }
            catch (Exception unexpected)
            {
                run.Report($"thread {number}, after dispose: {unexpected}");
            }
        }
    }

    /// <summary>Carries out one operation, which always calls the store, and returns its name.</summary>
    private string Operate()
    {
        int key = _random.Next(2) == 0 ? _random.Next(HotKeys) : _random.Next(run.KeyCount);
        if (_random.Next(run.Options.OperationsPerClear) == 0)
        {
            Clear();
            return "clear";
        }

        if (run.Options.OperationsPerResize != 0 && _random.Next(run.Options.OperationsPerResize) == 0)
        {
            Resize();
            return "resize";
        }

        int draw = _random.Next(100_000);
        switch (draw)
        {
            case < 25_000:
                ReadUnjudged(key);
                return "read";
            case < 46_000:
                ReadIntoSpan(key);
                return "read";
            case < 48_000:
                Lease(key);
                return "lease";
            case < 50_000:
                ReadMany(key);
                return "read of many";
            case < 58_000:
                ReadIntoWriter(key);
                return "read into a writer";
            case < 60_000:
                ReadTooShort(key);
                return "read into too short a span";
            case < 62_000:
                ReadInfo(key);
                return "info";
            case < 82_000:
                Set(key, inPieces: false);
                return "set";
            case < 84_000:
                Set(key, inPieces: true);
                return "set of a sequence";
            case < 88_000:
                Add(key);
                return "add";
            case < 92_000:
                CompareExchange(key);
                return "compare-exchange";
            case < 97_000:
                Remove(key);
                return "remove";
            case < 99_800:
                Touch(key);
                return "touch";
            case < 99_900:
                Target.Maintain();
                return "maintain";
            case < 99_995:
                CheckStatistics();
                return "statistics";
            default:
                VisitSome();
                return "enumeration";
        }
    }

    private ReadOnlySpan<byte> KeyOf(int key) => TortureKey.Write(key, _key);

    private void ReportOf(int key, string? what)
    {
        if (what is not null)
            run.Report($"thread {number}, key {key}: {what}");
    }

    private void Clear()
    {
        long start = run.Clock.Next();
        Target.Clear();
        run.Clears.Note(start, run.Clock.Next());
        Tally.Cleared++;
    }

    private void Resize()
    {
        if (_random.Next(4) == 0)
            Target.Trim();
        else
            Target.SetCapacity(_random.NextDouble() * _random.NextDouble());
        Tally.Resized++;
    }

    private void CheckStatistics()
    {
        StoreStatistics statistics = Target.GetStatistics();
        long limit = run.Options.OperationsPerResize == 0 ? statistics.CapacityBytes : Target.MaxCapacityBytes;
        if (statistics.UsedBytes > limit)
            run.Report($"{statistics.UsedBytes} bytes used of {limit}");
        if (statistics.EntryCount < 0 || statistics.RecordBytes < 0 || statistics.PinnedBytes < 0)
            run.Report($"a count below zero: {statistics}");
    }

    private void VisitSome() => Target.Enumerate((key, info) =>
    {
        Tally.EntriesVisited++;
        if (!TortureKey.TryRead(key, run.KeyCount, out int visited))
            run.Report($"enumeration gave a key that nobody wrote: {Convert.ToHexString(key[..Math.Min(key.Length, 64)])}");
        else if (info.ValueBytes < ValueTag.MinBytes || info.ValueBytes > Target.MaxValueBytes)
            run.Report($"enumeration gave key {visited} with a value of {info.ValueBytes} bytes");
    });

    private static long TimestampAfter(TimeSpan time) => Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
}
