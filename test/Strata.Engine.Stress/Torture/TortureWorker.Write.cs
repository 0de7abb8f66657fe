using System.Buffers;

namespace Strata.Engine.Stress.Torture;

/// <content>Writes.</content>
internal sealed partial class TortureWorker
{
    private void Set(int key, bool inPieces)
    {
        WriteOptions options = OptionsOf(key, out TimeSpan? mortalTtl);
        bool isPassed = _random.Next(16) == 0;
        long expected = _fenceCounter;
        if (isPassed)
            _fenceCounter++;
        var fence = new WriteFence(ref _fenceCounter, expected);
        HistoryEvent begun = run.HistoryOf(key).Begin(run.Clock);
        ReadOnlySpan<byte> value = ValueOf(key, begun);
        WriteOutcome outcome = inPieces
            ? Target.Set(KeyOf(key), Pieces(value.Length), options, fence)
            : Target.Set(KeyOf(key), value, options, fence);
        if (isPassed != (outcome == WriteOutcome.Overtaken) || outcome is not (WriteOutcome.Stored or WriteOutcome.Overtaken or WriteOutcome.NoSpace))
            ReportOf(key, $"set with a fence that was {(isPassed ? "" : "not ")}passed: {outcome}");
        Conclude(key, begun, outcome, mortalTtl);
    }

    private void Add(int key)
    {
        WriteOptions options = OptionsOf(key, out TimeSpan? mortalTtl);
        HistoryEvent begun = run.HistoryOf(key).Begin(run.Clock);
        WriteOutcome outcome = Target.Add(KeyOf(key), ValueOf(key, begun), options);
        if (outcome is not (WriteOutcome.Stored or WriteOutcome.Exists or WriteOutcome.NoSpace))
            ReportOf(key, $"add: {outcome}");
        Conclude(key, begun, outcome, mortalTtl);
    }

    /// <summary>
    /// Reads, and replaces what was read, now and then with a write of its own in between. That it was still there is judged as a second
    /// read of it would be.
    /// </summary>
    private void CompareExchange(int key)
    {
        long readSequence = ReadIntoSpan(key, out EntryInfo info);
        if (readSequence == 0)
            return;
        if (_random.Next(8) == 0)
            Set(key, inPieces: false);
        if (TortureKey.IsVersioned(key) != info.Version > 0)
            ReportOf(key, $"version {info.Version} on a key that is {(TortureKey.IsVersioned(key) ? "" : "not ")}written with one");
        WriteOptions options = OptionsOf(key, out TimeSpan? mortalTtl);
        HistoryEvent begun = run.HistoryOf(key).Begin(run.Clock);
        WriteOutcome outcome = Target.CompareExchange(KeyOf(key), ValueOf(key, begun), Math.Max(1, info.Version), options, out long version);
        long end = run.Clock.Next();
        switch (outcome)
        {
            case WriteOutcome.Stored:
                Tally.Exchanged++;
                if (version <= info.Version)
                    ReportOf(key, $"compare-exchange gave version {version} after {info.Version}");
                ReportOf(key, Prefixed("compare-exchange", run.HistoryOf(key).JudgeHit(readSequence, begun.Start, end, startTimestamp: 0)));
                break;
            case WriteOutcome.NotVersioned when TortureKey.IsVersioned(key):
            case WriteOutcome.VersionMismatch when !TortureKey.IsVersioned(key):
            case WriteOutcome.Exists or WriteOutcome.Overtaken:
                ReportOf(key, $"compare-exchange: {outcome}");
                break;
        }

        Conclude(key, begun, outcome, mortalTtl);
    }

    private void Remove(int key)
    {
        HistoryEvent begun = run.HistoryOf(key).Begin(run.Clock);
        bool isRemoved = Target.Remove(KeyOf(key));
        Conclude(key, begun, isRemoved ? WriteOutcome.Stored : WriteOutcome.NotFound, null);
        if (isRemoved)
            Tally.Removed++;
    }

    /// <summary>Immortal keys alone (a neighbour of a mortal one is): a mortal one's history knows when it has to be gone.</summary>
    private void Touch(int key)
    {
        if (TortureKey.IsMortal(key))
            key = Math.Max(1, key - 1);
        TimeSpan? ttl = _random.Next(3) switch { 0 => null, 1 => Timeout.InfiniteTimeSpan, _ => TimeSpan.FromMilliseconds(_random.Next(1, 5_000)) };
        long start = run.Clock.Next();
        WriteOutcome outcome = Target.Touch(KeyOf(key), ttl);
        long end = run.Clock.Next();
        if (outcome == WriteOutcome.NotFound)
            run.HistoryOf(key).NoteMiss(start, end);
        else if (outcome is not (WriteOutcome.Stored or WriteOutcome.NoSpace))
            ReportOf(key, $"touch: {outcome}");
    }

    /// <summary>Tells the history how the write or removal ended.</summary>
    private void Conclude(int key, HistoryEvent begun, WriteOutcome outcome, TimeSpan? mortalTtl)
    {
        long end = run.Clock.Next();
        KeyHistory history = run.HistoryOf(key);
        switch (outcome)
        {
            case WriteOutcome.Stored:
                Tally.Stored++;
                // One millisecond more, as times to live are whole milliseconds.
                history.Complete(begun, end, mortalTtl is { } ttl ? TimestampAfter(ttl + TimeSpan.FromMilliseconds(1)) : long.MaxValue);
                return;
            case WriteOutcome.NoSpace:
                // The former value is gone: an effect, like that of a removal.
                Tally.NoSpace++;
                history.Complete(begun, end);
                return;
            case WriteOutcome.Exists:
                Tally.Exists++;
                break;
            case WriteOutcome.Overtaken:
                Tally.Overtaken++;
                break;
            case WriteOutcome.NotFound:
                history.NoteMiss(begun.Start, end);
                break;
        }

        ReportOf(key, history.CompleteWithoutEffect(begun));
    }

    private WriteOptions OptionsOf(int key, out TimeSpan? mortalTtl)
    {
        mortalTtl = TortureKey.IsMortal(key) ? TimeSpan.FromMilliseconds(_random.Next(1, run.Options.MaxMortalMs + 1)) : null;
        TimeSpan? ttl = mortalTtl ?? (_random.Next(4) == 0 ? TimeSpan.FromSeconds(_random.Next(1, 60)) : null);
        return new WriteOptions { Ttl = ttl, Versioned = TortureKey.IsVersioned(key) };
    }

    private ReadOnlySpan<byte> ValueOf(int key, HistoryEvent begun)
    {
        int length = _random.Next(1_000) switch
        {
            < 600 => TortureKey.PreferredValueBytes(key),
            < 900 => _random.Next(ValueTag.MinBytes, 512),
            _ when run.Options.HasSmallValuesOnly => ValueTag.MinBytes,
            < 980 => _random.Next(512, 4_096),
            < 996 => _random.Next(4_096, LongValueBytes),
            < 999 => _random.Next(LongValueBytes, Math.Max(LongValueBytes, _value.Length / 2) + 1),
            _ => _value.Length,
        };
        length = Math.Min(length, _value.Length);
        var tag = new ValueTag(key, number, begun.Sequence, length);
        tag.Write(_value);
        return _value.AsSpan(0, length);
    }

    /// <summary>The value just made, as a sequence of two segments.</summary>
    private ReadOnlySequence<byte> Pieces(int length)
    {
        int cut = _random.Next(1, length);
        var last = new Piece(_value.AsMemory(cut, length - cut), cut, null);
        return new ReadOnlySequence<byte>(new Piece(_value.AsMemory(0, cut), 0, last), 0, last, length - cut);
    }

    private static string? Prefixed(string prefix, string? what) => what is null ? null : $"{prefix} {what}";

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long runningIndex, Piece? next)
        {
            Memory = memory;
            RunningIndex = runningIndex;
            Next = next;
        }
    }
}
