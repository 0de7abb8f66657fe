using System.Diagnostics;

namespace Strata.Engine.Stress.Torture;

/// <content>Reads.</content>
internal sealed partial class TortureWorker
{
    /// <summary>From here on a value cannot lie in one small slab.</summary>
    private const int LongValueBytes = 64 << 10;

    /// <summary>Reads without taking moments, which are fences and could hide what a fence is missing for; only the bytes are checked.</summary>
    private void ReadUnjudged(int key)
    {
        if (Target.TryGet(KeyOf(key), _destination, out int valueBytes) == ReadOutcome.Hit)
            CheckValue(key, _destination, valueBytes);
    }

    /// <summary>Reads some keys at once, the given one among them. What does not fit the destination any more is left out.</summary>
    private void ReadMany(int key)
    {
        int count = 0, end = 0;
        int first = Math.Max(0, Math.Min(key, run.KeyCount - BatchKeys));
        for (; count < Math.Min(BatchKeys, run.KeyCount); count++)
        {
            ReadOnlySpan<byte> one = KeyOf(first + count);
            one.CopyTo(_batchKeys.AsSpan(end));
            end += one.Length;
            _batchEnds[count] = end;
        }

        long timestamp = Stopwatch.GetTimestamp();
        long start = run.Clock.Next();
        Target.TryGetMany(new ByteSpans(_batchKeys, _batchEnds.AsSpan(0, count)), _destination, _batchResults);
        for (int i = 0; i < count; i++)
        {
            BatchRead read = _batchResults[i];
            if (read.Outcome != ReadOutcome.DestinationTooShort)
                Judge(first + i, read.Outcome, _destination.AsSpan(read.Start), read.ValueBytes, start, timestamp);
        }
    }

    private void ReadIntoSpan(int key)
    {
        long timestamp = Stopwatch.GetTimestamp();
        long start = run.Clock.Next();
        ReadOutcome outcome = Target.TryGet(KeyOf(key), _destination, out int valueBytes);
        Judge(key, outcome, _destination, valueBytes, start, timestamp);
    }

    /// <summary>Returns the sequence of the value found, else 0.</summary>
    private long ReadIntoSpan(int key, out EntryInfo info)
    {
        long timestamp = Stopwatch.GetTimestamp();
        long start = run.Clock.Next();
        ReadOutcome outcome = Target.TryGet(KeyOf(key), _destination, out info);
        return Judge(key, outcome, _destination, info.ValueBytes, start, timestamp);
    }

    private void ReadIntoWriter(int key)
    {
        _writer.Reset(givesWhatIsAskedFor: _random.Next(2) == 0);
        long timestamp = Stopwatch.GetTimestamp();
        long start = run.Clock.Next();
        ReadOutcome outcome = Target.TryGet(KeyOf(key), _writer, out EntryInfo info);
        if (_writer.Written.Length != (outcome == ReadOutcome.Hit ? info.ValueBytes : 0))
            ReportOf(key, $"{outcome} of {info.ValueBytes} bytes, but {_writer.Written.Length} bytes came to the writer");
        else
            Judge(key, outcome, _writer.Written, info.ValueBytes, start, timestamp);
    }

    private void ReadTooShort(int key)
    {
        Span<byte> destination = stackalloc byte[ValueTag.MinBytes / 2];
        switch (Target.TryGet(KeyOf(key), destination, out EntryInfo info))
        {
            case ReadOutcome.DestinationTooShort:
                Tally.TooShort++;
                if (info.ValueBytes < ValueTag.MinBytes || info.ValueBytes > Target.MaxValueBytes)
                    ReportOf(key, $"a length of {info.ValueBytes} bytes for a destination too short");
                break;
            case ReadOutcome.Hit:
                ReportOf(key, $"a hit of {info.ValueBytes} bytes in a destination of {destination.Length}");
                break;
        }
    }

    private void ReadInfo(int key)
    {
        long start = run.Clock.Next();
        bool isFound = Target.TryGetInfo(KeyOf(key), out EntryInfo info);
        if (!isFound)
            run.HistoryOf(key).NoteMiss(start, run.Clock.Next());
        else if (info.ValueBytes < ValueTag.MinBytes || info.ValueBytes > Target.MaxValueBytes)
            ReportOf(key, $"info says {info.ValueBytes} bytes");
    }

    private long Judge(int key, ReadOutcome outcome, ReadOnlySpan<byte> bytes, int valueBytes, long start, long timestamp)
    {
        long end = run.Clock.Next();
        switch (outcome)
        {
            case ReadOutcome.Hit:
                if (CheckValue(key, bytes, valueBytes) is not { } tag)
                    return 0;
                ReportOf(key, run.HistoryOf(key).JudgeHit(tag.Sequence, start, end, timestamp));
                return tag.Sequence;
            case ReadOutcome.Miss:
                run.HistoryOf(key).NoteMiss(start, end);
                Tally.Misses++;
                return 0;
            default:
                ReportOf(key, $"{outcome} for a destination of {bytes.Length} bytes");
                return 0;
        }
    }

    /// <summary>Whether the bytes are one whole value of the key; reports when not.</summary>
    private ValueTag? CheckValue(int key, ReadOnlySpan<byte> bytes, int valueBytes)
    {
        Tally.Hits++;
        if (valueBytes >= LongValueBytes)
            Tally.LongValuesRead++;
        if (valueBytes < 0 || valueBytes > bytes.Length)
        {
            ReportOf(key, $"a hit of {valueBytes} bytes in a destination of {bytes.Length}");
            return null;
        }

        if (!ValueTag.TryRead(bytes[..valueBytes], out ValueTag tag))
        {
            ReportOf(key, $"a value of {valueBytes} bytes is torn; its beginning says {tag}");
            return null;
        }

        if (tag.Key == key)
            return tag;
        ReportOf(key, $"the value of another key: {tag}");
        return null;
    }
}
