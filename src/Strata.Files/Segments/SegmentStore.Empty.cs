using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Taking everything out of a segment, and what must be durable before it is written over.</content>
internal sealed partial class SegmentStore
{
    /// <summary>The entries that are handled without letting go of the gate.</summary>
    private const int BatchEntries = 256;

    /// <summary>From here until its new header is durable, what was in a segment may come back after a crash although the index does not have it.</summary>
    private void BeginUnsureUnderGate(Segment segment)
    {
        if (!segment.IsUnsure)
            _unsure++;
        segment.IsUnsure = true;
    }

    private void EndUnsureUnderGate(Segment segment)
    {
        if (segment.IsUnsure)
            _unsure--;
        segment.IsUnsure = false;
    }

    /// <summary>A segment that failed cannot be emptied. A clear is as good as every tombstone before it.</summary>
    private bool ClearForGood()
    {
        ulong sequence;
        lock (_gate)
        {
            OweClearUnderGate();
            sequence = _clearSequence;
        }

        if (!MakeAllDurable())
            return false;
        lock (_gate)
            _durableClear = sequence;
        return true;
    }

    /// <summary>Takes everything out of a segment: what was read since it was written goes to another one, as far as the share allows, the rest out of the index.</summary>
    /// <remarks>
    /// A record that replaced another one hides it. While a segment with older records stays, such a record leaves a tombstone, and all that hides something is durable before the segment's header is written over.
    /// </remarks>
    private bool Empty(Segment victim)
    {
        List<FooterEntry>? entries = victim.LiveCount == 0 ? [] : ReadEntries(victim);
        ulong leastOther;
        lock (_gate)
        {
            if (entries is null)
            {
                victim.State = SegmentState.Broken;
                victim.Mended = SegmentState.Sealed;
                return false;
            }

            BeginUnsureUnderGate(victim);
            leastOther = LeastValueUnderGate(except: victim);
        }

        long budget = (long)(_segmentBytes * _options.ReinsertedShare);
        for (int i = 0; i < entries.Count; i += BatchEntries)
        {
            int end = Math.Min(entries.Count, i + BatchEntries);
            if (budget > 0)
                Reinsert(entries, i, end, victim, ref budget);
            lock (_gate)
            {
                for (int k = i; k < end; k++)
                {
                    FooterEntry entry = entries[k];
                    if (RemoveUnderGate(entry, victim) && entry.Flags.HasFlag(RecordFlags.Overwrites) && leastOther < entry.Sequence)
                        BuryUnderGate(entry.Hash);
                }
            }
        }

        if (leastOther < victim.MaxSequence && !MakeAllDurable())
            return false;
        lock (_gate)
            victim.State = SegmentState.Emptied;
        Interlocked.Increment(ref _counters.Reclaims);
        return true;
    }

    /// <summary>Everything written so far, durable. False when a segment broke on the way.</summary>
    private bool MakeAllDurable()
    {
        bool isDurable = true;
        if (PayOwedClear() || !Volatile.Read(ref _owesClear))
        {
            lock (_controlLock)
                WriteControlUnderLock();
        }
        else
        {
            isDurable = false;
        }

        foreach (Segment segment in ActiveSegments())
        {
            if (!segment.IsControl)
            {
                WriteChunks(segment, isFlush: true, out bool failed);
                isDurable &= !failed;
            }

            isDurable &= Sync(segment);
        }

        return isDurable && !Volatile.Read(ref _owesClear);
    }
}
