namespace Strata.Files.Segments;

/// <content>Damage that recovery finds.</content>
internal sealed partial class SegmentStore
{
    /// <summary>What a damaged segment held is not known, so neither is what else on disk was replaced or removed: none of it counts, and the log says so before the damage is written over.</summary>
    private void LoseRecovered(List<Segment> damaged)
    {
        lock (_gate)
        {
            _counters.CorruptRecords += damaged.Count;
            foreach (Segment segment in damaged)
                segment.State = SegmentState.Broken;
            ClearUnderGate(++_sequence);
            _owesClear = true;
            EndRecoveryUnderGate();
            // A segment for the clear, if need be at the cost of one whose values are lost anyway.
            if (_free.Count == 0 && _segments.Count(segment => segment is not null) >= _maxSegments
                && _segments.FirstOrDefault(segment => segment?.State is SegmentState.Emptied) is null
                && (_segments.FirstOrDefault(segment => segment is { State: SegmentState.Sealed, IsControl: false }) ?? damaged[0]) is { } spare)
            {
                spare.State = SegmentState.Emptied;
            }
        }

        while (_free.Count == 0 && PrepareFree())
        {
        }

        if (!MakeAllDurable())
            return;
        foreach (Segment segment in damaged)
        {
            if (segment.State != SegmentState.Broken)
                continue;
            // One that was cut off is made anew.
            if (segment.File.LengthBytes != _segmentBytes)
                Delete(segment);
            else
                segment.State = SegmentState.Emptied;
        }
    }

    /// <summary>Where nothing of former openings counts, nothing is left to be found.</summary>
    private void EndRecoveryUnderGate()
    {
        foreach (Segment segment in _recovery!.Pending)
        {
            if (segment.State != SegmentState.Found)
                continue;
            segment.State = SegmentState.Sealed;
            // Without a footer it was not known.
            segment.MaxSequence = Math.Min(segment.MaxSequence, _firstSequence - 1);
        }

        FinishUnderGate();
    }
}
