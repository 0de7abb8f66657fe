using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Trying again what the device refused: one segment at a time, and not at once.</content>
internal sealed partial class SegmentStore
{
    private static readonly TimeSpan s_mendInterval = TimeSpan.FromSeconds(1);

    // The pump's.
    private long _mendTried;
    private long _mendTurn;

    // When the store is closed, each is tried once more.
    private long _lastMendTurn = long.MaxValue;

    /// <summary>Takes the broken segment that was not tried for longest back into use, if the device has it, and lets a new file be tried where there was no room for one. A store that is being closed does not wait, and tries each once, as long as a clear is owed.</summary>
    /// <remarks>
    /// Its footer names all that was appended to it, as far as the index forgot it too: what it hid is hidden still, whatever of its records the device has. So the index stays unsure until the segment is emptied in its turn.
    /// </remarks>
    private bool Mend()
    {
        if (_isDisposed ? !_owesClear : _options.TimeProvider.GetElapsedTime(_mendTried) < s_mendInterval)
            return false;
        Segment? segment;
        lock (_gate)
        {
            segment = _segments
                .Where(each => each is { State: SegmentState.Broken } && each.Mended != SegmentState.Broken && each.MendTurn <= _lastMendTurn)
                .MinBy(each => (each!.MendTurn, each.MinSequence));
            if (segment is null && (_isDisposed || !_isFull))
                return false;
            _mendTried = _options.TimeProvider.GetTimestamp();
            _isFull = false;
        }

        if (segment is null)
            return true;
        segment.MendTurn = ++_mendTurn;
        // The record first: until it is there, the footer alone says what the segment became, and must not be written over.
        if (segment.Mended == SegmentState.Sealed
            && ((segment.LacksRecord && !TryWriteInPlace(segment)) || TryClearInPlace(segment, isForced: false) || (!segment.HasFooter && !TrySealAgain(segment))))
        {
            return true;
        }

        lock (_gate)
            segment.State = segment.Mended;
        return true;
    }

    private bool TrySealAgain(Segment segment)
    {
        if (segment.Entries.Count == 0)
        {
            // It had a footer once: a scan that ends before the records do met damage, and a footer of it would name too few.
            if (ReadEntries(segment) is not [.., var last] entries || last.OffsetBytes + last.LengthBytes != segment.EndOffset)
                return false;
            segment.Entries.AddRange(entries);
        }

        if (!TryWriteFooter(segment))
            return false;
        lock (_gate)
        {
            segment.HasFooter = true;
            segment.NeedsSync = false;
            segment.Entries.Clear();
        }

        return true;
    }

    /// <summary>
    /// Where no segment is left to write the owed clear to, one whose records are all older becomes a control segment with the clear by its footer. Until that is durable it is what it was; so nothing that it hides is
    /// uncovered in between, as it would be between a new header and the clear behind it. Only then the record itself is written.
    /// </summary>
    /// <param name="segment">A segment that is not appended to.</param>
    /// <param name="isForced">Whether the clear becomes later than all its records if it is not.</param>
    private bool TryClearInPlace(Segment segment, bool isForced)
    {
        const int EndOffset = SegmentHeader.BlockBytes + RecordHeader.SizeBytes;
        ulong sequence;
        lock (_gate)
        {
            if (!_owesClear || _free.Count > 0)
                return false;
            if (isForced && segment.MaxSequence >= _clearSequence)
                OweClearUnderGate();
            sequence = _clearSequence;
            if (segment.MaxSequence >= sequence)
                return false;
            segment.HasFooter = false;
        }

        var clear = new RecordHeader { Kind = RecordKind.Clear, Sequence = sequence };
        bool isDurable = TryWriteFooter(segment, [FooterEntry.Of(clear, SegmentHeader.BlockBytes)], sequence, sequence, isControl: true, EndOffset);
        lock (_gate)
        {
            segment.Mended = SegmentState.Sealed;
            if (!isDurable)
            {
                segment.State = SegmentState.Broken;
                return false;
            }

            segment.HasFooter = true;
            segment.NeedsSync = false;
            segment.IsControl = true;
            segment.MinSequence = segment.MaxSequence = sequence;
            segment.EndOffset = EndOffset;
            segment.Entries.Clear();
            _durableClear = Math.Max(_durableClear, sequence);
            if (_clearSequence == sequence)
                Volatile.Write(ref _owesClear, false);
            EndUnsureUnderGate(segment);
        }

        bool hasRecord = TryWriteInPlace(segment);
        lock (_gate)
            segment.State = hasRecord ? SegmentState.Sealed : SegmentState.Broken;
        return true;
    }

    /// <summary>The record that the footer names, for the day when the footer is lost. Only behind it: in its place stood a record that hid something. If it fails, the footer is enough until it is tried again.</summary>
    private bool TryWriteInPlace(Segment segment)
    {
        var clear = new RecordHeader { Kind = RecordKind.Clear, Sequence = segment.MaxSequence, Mark = segment.Life!.Mark, CreatedMs = _clock.NowMs };
        byte[] record = new byte[RecordHeader.SizeBytes];
        clear.Write(record);
        clear.Checksum = _key.Checksum(segment.Life.Prefix, SegmentHeader.BlockBytes, record.AsSpan(0, RecordHeader.ChecksumOffset), []);
        clear.Write(record);
        Interlocked.Add(ref _counters.DeviceBytes, record.Length);
        segment.LacksRecord = !TryDevice(() =>
        {
            segment.File.Write(record, SegmentHeader.BlockBytes);
            segment.File.Flush();
        });
        return !segment.LacksRecord;
    }
}
