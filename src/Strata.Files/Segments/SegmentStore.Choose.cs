using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Which segment is emptied next: the one with the least in it, or the oldest.</content>
internal sealed partial class SegmentStore
{
    /// <summary>A segment with so small a part of its records alive is emptied before its turn.</summary>
    private const double EarlyShare = 0.2;

    /// <summary>One in so many segments may be kept for its tombstones alone.</summary>
    private const int SegmentsPerControl = 8;

    /// <summary>Tombstones and rules are needed as long as there is a value older than they are that no clear on disk means.</summary>
    private Segment? ControlToDropUnderGate()
    {
        ulong least = Math.Max(LeastValueUnderGate(except: null), _durableClear);
        foreach (Segment? segment in _segments)
        {
            if (segment is { IsControl: true, State: SegmentState.Sealed } && segment.MaxSequence < least)
            {
                return segment;
            }
        }

        return null;
    }

    private ulong LeastValueUnderGate(Segment? except)
    {
        ulong least = ulong.MaxValue;
        foreach (Segment? segment in _segments)
        {
            if (segment is not null && segment != except && !segment.IsControl && segment.State != SegmentState.Free)
                least = Math.Min(least, segment.MinSequence);
        }

        return least;
    }

    /// <summary>When tombstones take too much room, the segment whose values are the oldest: it keeps them. If it is open it is closed here.</summary>
    private Segment? KeeperUnderGate(int count)
    {
        // No tombstone is needed once the clear is there.
        if (_owesClear || _segments.Count(segment => segment is { IsControl: true, State: SegmentState.Sealed }) <= Math.Max(1, count / SegmentsPerControl))
            return null;
        Segment? keeper = _segments.Where(segment => segment is { IsControl: false, HasRecords: true } && segment.State != SegmentState.Free).MinBy(segment => segment!.MinSequence);
        if (keeper?.State == SegmentState.Open)
            CloseUnderGate(Array.IndexOf(_open, keeper));
        else if (keeper?.State == SegmentState.Closing)
            return null;
        return keeper;
    }

    private Segment? VictimUnderGate()
    {
        Segment? emptiest = null, oldest = null, first = null;
        foreach (Segment? segment in _segments)
        {
            if (segment is not { IsControl: false, State: SegmentState.Sealed })
                continue;
            if (emptiest is null || LiveShare(segment) < LiveShare(emptiest))
                emptiest = segment;
            if (oldest is null || segment.Life!.Incarnation < oldest.Life!.Incarnation)
                oldest = segment;
            if (first is null || segment.MinSequence < first.MinSequence)
                first = segment;
        }

        if (_owesClear)
            return first;
        return emptiest is not null && LiveShare(emptiest) <= EarlyShare ? emptiest : oldest;
    }

    private static double LiveShare(Segment segment) => (double)segment.LiveBytes / Math.Max(1, segment.EndOffset - SegmentHeader.BlockBytes);

    /// <summary>When no segment is sealed, the open one with the oldest record is closed, so that it can be emptied next.</summary>
    private bool CloseOneEarly()
    {
        lock (_gate)
        {
            Segment? oldest = _open.Skip(1).Where(segment => segment is { HasRecords: true }).MinBy(segment => segment!.MinSequence);
            if (oldest is not null)
                CloseUnderGate(Array.IndexOf(_open, oldest));
            return oldest is not null;
        }
    }
}
