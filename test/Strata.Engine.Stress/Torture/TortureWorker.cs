using System.Diagnostics;

namespace Strata.Engine.Stress.Torture;

/// <summary>One thread of the torture: draws operations, carries them out and has what they say judged. The parts are the verbs.</summary>
internal sealed partial class TortureWorker(TortureRun run, int number, int seed)
{
    /// <summary>Half of all operations go to these few keys, where threads meet.</summary>
    private const int HotKeys = 16;

    private const int MaxMortalMs = 40;

    private readonly Random _random = new(seed);
    private readonly byte[] _key = new byte[TortureKey.MaxBytes];
    private readonly byte[] _value = new byte[run.Target.MaxValueBytes];
    private readonly byte[] _destination = new byte[run.Target.MaxValueBytes];
    private readonly SmallSpanWriter _writer = new(spanBytes: 97, (int)run.Target.MaxValueBytes);
    private long _fenceCounter;

    public TortureTally Tally { get; } = new();

    private ITortureTarget Target => run.Target;

    /// <summary>Works until the run stops, or the store turns it away.</summary>
    public void Work()
    {
        try
        {
            while (!run.MustStop)
            {
                bool mustBeTurnedAway = run.IsDisposed;
                string operation = Operate();
                if (mustBeTurnedAway)
                    run.Report($"{operation} succeeded although it began after dispose had ended");
                Tally.Operations++;
            }
        }
        catch (ObjectDisposedException) when (run.IsDisposing)
        {
            Tally.TurnedAway++;
        }
        catch (Exception unexpected)
        {
            run.Report($"thread {number}: {unexpected}");
        }
    }

    /// <summary>Reads each key once and has it judged.</summary>
    public void ReadEveryKey()
    {
        for (int key = 0; key < run.KeyCount; key++)
            ReadIntoSpan(key);
    }

    private string Operate()
    {
        int key = _random.Next(2) == 0 ? _random.Next(HotKeys) : _random.Next(run.KeyCount);
        int draw = _random.Next(10_000);
        switch (draw)
        {
            case < 2_500:
                ReadUnjudged(key);
                return "read";
            case < 5_000:
                ReadIntoSpan(key);
                return "read";
            case < 5_800:
                ReadIntoWriter(key);
                return "read into a writer";
            case < 6_000:
                ReadTooShort(key);
                return "read into too short a span";
            case < 6_200:
                ReadInfo(key);
                return "info";
            case < 8_200:
                Set(key, inPieces: false);
                return "set";
            case < 8_400:
                Set(key, inPieces: true);
                return "set of a sequence";
            case < 8_800:
                Add(key);
                return "add";
            case < 9_200:
                CompareExchange(key);
                return "compare-exchange";
            case < 9_700:
                Remove(key);
                return "remove";
            case < 9_980:
                Touch(key);
                return "touch";
            case < 9_990:
                Target.Maintain();
                return "maintain";
            case < 9_998:
                CheckStatistics();
                return "statistics";
            case 9_998:
                VisitSome();
                return "enumeration";
            default:
                Clear();
                return "clear";
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
        // A clear each few ten thousand operations, or the store would never fill.
        if (_random.Next(8) != 0)
            return;
        long start = run.Clock.Next();
        Target.Clear();
        run.Clears.Note(start, run.Clock.Next());
        Tally.Cleared++;
    }

    private void CheckStatistics()
    {
        StoreStatistics statistics = Target.GetStatistics();
        if (statistics.UsedBytes > statistics.CapacityBytes)
            run.Report($"{statistics.UsedBytes} bytes used of {statistics.CapacityBytes}");
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
