using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Giving up a segment to which a write or flush failed.</content>
internal sealed partial class SegmentStore
{
    // Whether a segment broke since the pump last looked.
    private bool _hasBroken;

    /// <summary>Takes a segment out of use: what is not durable in it never will be, so it is forgotten, and must not uncover what it replaced.</summary>
    private void Break(Segment segment)
    {
        lock (_gate)
        {
            int slot = Array.IndexOf(_open, segment);
            if (slot >= 0)
                _open[slot] = null;
            _active.Remove(segment);
            _hasBroken = true;
            segment.State = SegmentState.Broken;
            segment.Mended = SegmentState.Sealed;
            // What a flush could not write counts as written for the system, the header too.
            segment.NeedsHeader |= segment.IsNew;
            foreach (Chunk chunk in segment.Chunks)
            {
                _pendingBytes -= chunk.Filled - chunk.Written;
                ReleaseUnderGate(segment, chunk);
            }

            if (segment.IsControl)
            {
                OweClearUnderGate();
            }
            else
            {
                // The device may have it all the same.
                BeginUnsureUnderGate(segment);
                foreach (FooterEntry entry in segment.Entries)
                {
                    if (entry.OffsetBytes >= segment.DurableEnd && RemoveUnderGate(entry, segment) && entry.Flags.HasFlag(RecordFlags.Overwrites))
                        BuryUnderGate(entry.Hash);
                }
            }
        }
    }

    /// <summary>Removes an entry from the index if that still leads to this record.</summary>
    private bool RemoveUnderGate(in FooterEntry entry, Segment segment)
    {
        // A reader may mark the entry as hit in between, once.
        while (IsAtUnderGate(entry, segment, out ulong location))
        {
            if (!_table.TryRemove(entry.Hash, location))
                continue;
            AddLiveUnderGate(location, -1);
            return true;
        }

        return false;
    }

    private bool IsAtUnderGate(in FooterEntry entry, Segment segment, out ulong location) =>
        _table.TryGet(entry.Hash, out location) && _format.Segment(location) == segment.Id && _format.OffsetBytes(location) == entry.OffsetBytes;
}
