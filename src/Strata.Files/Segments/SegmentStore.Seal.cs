using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Ending a full segment with its footer.</content>
internal sealed partial class SegmentStore
{
    private bool IsReadyToSeal(Segment segment)
    {
        lock (_gate)
            return segment.State == SegmentState.Closing && segment.Chunks.Length == 0;
    }

    /// <summary>Writes the footer, and waits until the segment is durable.</summary>
    private void Seal(Segment segment)
    {
        if (!TryWriteFooter(segment))
        {
            Break(segment);
            return;
        }

        lock (_gate)
        {
            segment.State = SegmentState.Sealed;
            segment.HasFooter = true;
            segment.NeedsSync = false;
            segment.Entries.Clear();
            segment.Entries.TrimExcess();
            _active.Remove(segment);
        }
    }

    private bool TryWriteFooter(Segment segment) => TryWriteFooter(segment, segment.Entries, segment.MinSequence, segment.MaxSequence, segment.IsControl, segment.EndOffset);

    private bool TryWriteFooter(Segment segment, List<FooterEntry> entries, ulong minSequence, ulong maxSequence, bool isControl, int endOffset)
    {
        int entriesBytes = entries.Count * FooterEntry.SizeBytes, start = SegmentFooter.EntriesOffset(_segmentBytes, entries.Count);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(entriesBytes + SegmentFooter.SizeBytes);
        for (int i = 0; i < entries.Count; i++)
            entries[i].Write(bytes.AsSpan(i * FooterEntry.SizeBytes));
        SegmentLife life = segment.Life!;
        new SegmentFooter(entries.Count, minSequence, maxSequence, _clock.NowMs, isControl, endOffset, _key.Checksum(life.Prefix, start, bytes.AsSpan(0, entriesBytes), []))
            .Write(bytes.AsSpan(entriesBytes), _key, life, _segmentBytes);
        Interlocked.Add(ref _counters.DeviceBytes, bytes.Length);
        return TryDevice(() =>
        {
            if (segment.NeedsHeader)
                WriteHeader(segment, life);
            segment.File.Write(bytes, start);
            segment.File.Flush();
            segment.IsNew = false;
            segment.NeedsHeader = false;
        });
    }
}
