namespace Strata.Files.Segments;

/// <content>The log of removals and rules: callers hand it to the system themselves, many at once.</content>
internal sealed partial class SegmentStore
{
    private readonly Lock _controlLock = new();

    // The control lock's: those that are written just now.
    private readonly List<Segment> _controlSegments = [];

    // The gate's.
    private long _controlAppended;

    // Written under the control lock. Positions from the one to the other may be lost.
    private long _controlWritten;
    private long _lostFrom = long.MaxValue;
    private long _lostTo;

    private bool PayOwedClear()
    {
        if (!Volatile.Read(ref _owesClear))
            return false;
        lock (_gate)
            return _owesClear && TryPayClearUnderGate();
    }

    /// <summary>Hands control records to the system up to a position, together with all others that wait. False when they may be lost.</summary>
    private bool WriteControl(long position)
    {
        if (Interlocked.Read(ref _controlWritten) >= position && (position == 0 || position > Interlocked.Read(ref _lostTo)))
            return true;
        lock (_controlLock)
        {
            if (_controlWritten < position)
                WriteControlUnderLock();
            return position <= _lostFrom || position > _lostTo;
        }
    }

    private bool WriteControlUnderLock()
    {
        long target;
        _controlSegments.Clear();
        lock (_gate)
        {
            target = _controlAppended;
            foreach (Segment segment in _active)
            {
                if (segment.IsControl)
                    _controlSegments.Add(segment);
            }
        }

        bool did = false, failed = false;
        foreach (Segment segment in _controlSegments)
        {
            did |= WriteChunks(segment, isFlush: true, out bool hasFailed);
            failed |= hasFailed;
        }

        if (failed)
        {
            _lostFrom = Math.Min(_lostFrom, _controlWritten);
            lock (_gate)
                target = _controlAppended;
            Interlocked.Exchange(ref _lostTo, target);
        }

        Interlocked.Exchange(ref _controlWritten, target);
        return did;
    }
}
