using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Linear;

/// <summary>One thread: carries out random operations and records what they answered. The first key is written without versions, the others with.</summary>
internal sealed class LinearWorker
{
    private const int MaxValueBytes = 64 << 10;

    private readonly LinearRun _run;
    private readonly int _number;
    private readonly Random _random;
    private readonly byte[] _key = new byte[TortureKey.MaxBytes];
    private readonly byte[] _value = new byte[MaxValueBytes];
    private readonly byte[] _destination;
    private readonly SmallSpanWriter _writer = new(spanBytes: 97, MaxValueBytes);
    private readonly List<KeyOperation>[] _histories;
    private readonly (long Value, long Version)[] _seen;
    private readonly ReadOnlyMemory<byte>[] _allKeys;
    private readonly BatchRead[] _results;
    private long _written;

    public LinearWorker(LinearRun run, int number)
    {
        _run = run;
        _number = number;
        _random = new Random(Seeds.Mix(run.Options.Seed, number));
        _histories = [.. Enumerable.Range(0, run.Options.Keys).Select(_ => new List<KeyOperation>())];
        _seen = new (long, long)[run.Options.Keys];
        _allKeys = [.. Enumerable.Range(0, run.Options.Keys).Select(key => (ReadOnlyMemory<byte>)TortureKey.Write(key, _key).ToArray())];
        _results = new BatchRead[run.Options.Keys];
        _destination = new byte[run.Options.Keys * MaxValueBytes];
    }

    private LinearOptions Options => _run.Options;

    private ITortureTarget Target => _run.Target;

    public IReadOnlyList<KeyOperation> HistoryOf(int key) => _histories[key];

    /// <summary>Forgets what was recorded in the round that is over.</summary>
    public void Forget()
    {
        foreach (List<KeyOperation> history in _histories)
            history.Clear();
        Array.Clear(_seen);
    }

    public void WorkRound()
    {
        for (int i = 0; i < Options.OperationsPerRound; i++)
        {
            if (_random.Next(3) == 0)
                WorkOnFiller(Options.Keys + _random.Next(Options.Fillers));
            int key = _random.Next(Options.Keys);
            switch (_random.Next(100))
            {
                case < 34: Get(key); break;
                case < 38: GetAll(); break;
                case < 42: Contains(key); break;
                case < 62: Set(key); break;
                case < 72: Add(key); break;
                case < 82: Remove(key); break;
                case < 94: CompareExchange(key); break;
                default: Touch(key); break;
            }
        }
    }

    private void Get(int key)
    {
        long start = _run.Clock.Next();
        switch (_random.Next(4))
        {
            case 0:
                ReadOutcome outcome = Target.TryGet(KeyOf(key), _destination, out EntryInfo info);
                RecordGet(key, outcome, _destination, info.ValueBytes, info.Version, start);
                break;
            case 1:
                _writer.Reset(givesWhatIsAskedFor: _random.Next(2) == 0);
                outcome = Target.TryGet(KeyOf(key), _writer, out info);
                RecordGet(key, outcome, _writer.Written, info.ValueBytes, info.Version, start);
                break;
            default:
                outcome = Target.TryGet(KeyOf(key), _destination, out int valueBytes);
                RecordGet(key, outcome, _destination, valueBytes, null, start);
                break;
        }
    }

    // One call reads every key; each read has its moment within it.
    private void GetAll()
    {
        long start = _run.Clock.Next();
        Target.TryGetMany(new ByteSpans(_allKeys), _destination, _results);
        for (int key = 0; key < Options.Keys; key++)
            RecordGet(key, _results[key].Outcome, _destination.AsSpan(_results[key].Start), _results[key].ValueBytes, null, start);
    }

    private void RecordGet(int key, ReadOutcome outcome, ReadOnlySpan<byte> bytes, int valueBytes, long? version, long start)
    {
        long end = _run.Clock.Next();
        if (outcome == ReadOutcome.Miss)
        {
            Record(key, OperationKind.Get, 0, 0, OperationOutcome.Absent, start, end);
            return;
        }

        if (outcome != ReadOutcome.Hit || valueBytes > bytes.Length || !ValueTag.TryRead(bytes[..valueBytes], out ValueTag tag) || tag.Key != key)
        {
            _run.Report($"key {key}: {outcome} with {valueBytes} bytes that are not a value of the key");
            return;
        }

        Record(key, OperationKind.Get, tag.Sequence, 0, OperationOutcome.Done, start, end);
        if (version is not { } found)
            return;
        if (IsVersioned(key))
            _run.NoteVersion(key, tag.Sequence, found);
        _seen[key] = (tag.Sequence, found);
    }

    private void Contains(int key)
    {
        long start = _run.Clock.Next();
        bool isThere = Target.TryGetInfo(KeyOf(key), out _);
        Record(key, OperationKind.Contains, 0, 0, isThere ? OperationOutcome.Present : OperationOutcome.Absent, start, _run.Clock.Next());
    }

    private void Set(int key)
    {
        ReadOnlySpan<byte> value = NextValue(key, out long number);
        long start = _run.Clock.Next();
        WriteOutcome outcome = Target.Set(KeyOf(key), value, OptionsOf(key), default);
        Record(key, OperationKind.Set, number, 0, outcome, start);
    }

    private void Add(int key)
    {
        ReadOnlySpan<byte> value = NextValue(key, out long number);
        long start = _run.Clock.Next();
        WriteOutcome outcome = Target.Add(KeyOf(key), value, OptionsOf(key));
        Record(key, OperationKind.Add, number, 0, outcome, start);
    }

    private void Remove(int key)
    {
        long start = _run.Clock.Next();
        bool wasThere = Target.Remove(KeyOf(key));
        Record(key, OperationKind.Remove, 0, 0, wasThere ? OperationOutcome.Done : OperationOutcome.Absent, start, _run.Clock.Next());
    }

    // Expects what this thread has read last with its version, which may be long ago.
    private void CompareExchange(int key)
    {
        (long expected, long version) = _seen[key];
        if (!IsVersioned(key) || expected == 0)
        {
            Get(key);
            return;
        }

        ReadOnlySpan<byte> value = NextValue(key, out long number);
        long start = _run.Clock.Next();
        WriteOutcome outcome = Target.CompareExchange(KeyOf(key), value, version, OptionsOf(key), out long next);
        Record(key, OperationKind.CompareExchange, number, expected, outcome, start);
        if (outcome != WriteOutcome.Stored)
            return;
        _run.NoteVersion(key, number, next);
        _seen[key] = (number, next);
    }

    private void Touch(int key)
    {
        TimeSpan? ttl = NextTtl() ?? Timeout.InfiniteTimeSpan;
        long start = _run.Clock.Next();
        WriteOutcome outcome = Target.Touch(KeyOf(key), ttl);
        Record(key, OperationKind.Touch, 0, 0, outcome == WriteOutcome.Stored ? WriteOutcome.Exists : outcome, start);
    }

    private void WorkOnFiller(int filler)
    {
        switch (_random.Next(10))
        {
            case < 6:
                new ValueTag(filler, _number, 1, Options.FillerBytes).Write(_value);
                Target.Set(KeyOf(filler), _value.AsSpan(0, Options.FillerBytes), default, default);
                break;
            case < 9:
                bool isHit = Target.TryGet(KeyOf(filler), _destination, out int valueBytes) == ReadOutcome.Hit;
                if (isHit && (valueBytes != Options.FillerBytes || !ValueTag.TryRead(_destination.AsSpan(0, valueBytes), out ValueTag tag) || tag.Key != filler))
                    _run.Report($"key {filler}: {valueBytes} bytes that are not a value of the key");
                break;
            default:
                Target.Remove(KeyOf(filler));
                break;
        }
    }

    private void Record(int key, OperationKind kind, long value, long expected, WriteOutcome outcome, long start)
    {
        long end = _run.Clock.Next();
        OperationOutcome? answer = outcome switch
        {
            WriteOutcome.Stored => OperationOutcome.Done,
            WriteOutcome.Exists => OperationOutcome.Present,
            WriteOutcome.NotFound => OperationOutcome.Absent,
            WriteOutcome.VersionMismatch => OperationOutcome.Mismatch,
            WriteOutcome.NoSpace => OperationOutcome.NoSpace,
            _ => null,
        };
        if (answer is { } known)
            Record(key, kind, value, expected, known, start, end);
        else
            _run.Report($"key {key}: {kind} answered {outcome}");
    }

    private void Record(int key, OperationKind kind, long value, long expected, OperationOutcome outcome, long start, long end) =>
        _histories[key].Add(new KeyOperation(kind, value, expected, outcome, _number, start, end));

    private ReadOnlySpan<byte> KeyOf(int key) => TortureKey.Write(key, _key);

    private static bool IsVersioned(int key) => key != 0;

    private WriteOptions OptionsOf(int key) => new() { Ttl = NextTtl(), Versioned = IsVersioned(key) };

    private TimeSpan? NextTtl() =>
        _random.Next(3) != 0 ? null : Options.MayVanish ? TimeSpan.FromMilliseconds(_random.Next(1, 20)) : TimeSpan.FromHours(1);

    private ReadOnlySpan<byte> NextValue(int key, out long number)
    {
        number = ++_written * Options.Threads + _number;
        int length = _random.Next(100) switch
        {
            < 60 => TortureKey.PreferredValueBytes(key),
            < 90 => _random.Next(ValueTag.MinBytes, 512),
            < 98 => _random.Next(512, 8_192),
            _ => _random.Next(8_192, MaxValueBytes),
        };
        new ValueTag(key, _number, number, length).Write(_value);
        return _value.AsSpan(0, length);
    }
}
