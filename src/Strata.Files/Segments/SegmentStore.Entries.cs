using System.Buffers;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>What a segment of a former opening holds, by its footer or by its records.</content>
internal sealed partial class SegmentStore
{
    /// <summary>Gives a segment of a former opening its place among the sealed ones, with the footer it lacks: then it is what it is, whatever can be read of its end the next time.</summary>
    private void Settle(Segment segment, List<FooterEntry> entries)
    {
        if (!segment.HasFooter)
        {
            lock (_gate)
            {
                segment.MinSequence = entries.Count == 0 ? ulong.MaxValue : entries.Min(entry => entry.Sequence);
                segment.MaxSequence = entries.Count == 0 ? 0 : entries.Max(entry => entry.Sequence);
                segment.EndOffset = entries.Count == 0 ? SegmentHeader.BlockBytes : entries[^1].OffsetBytes + entries[^1].LengthBytes;
                segment.Entries.AddRange(entries);
            }

            segment.HasFooter = entries.Count > 0 && TryWriteFooter(segment);
        }

        lock (_gate)
        {
            // Without a footer it is broken, and keeps what the footer is made of for the next time.
            if (segment.HasFooter)
                segment.Entries.Clear();
            segment.Mended = SegmentState.Sealed;
            segment.State = entries.Count == 0 ? SegmentState.Emptied : segment.HasFooter ? SegmentState.Sealed : SegmentState.Broken;
        }
    }

    /// <summary>What a segment holds, from its footer or its records. <c>null</c> when nobody can tell.</summary>
    private List<FooterEntry>? ReadEntries(Segment segment)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(_segmentBytes);
        try
        {
            if (segment.HasFooter && TryReadFooter(segment, bytes) is { } entries)
                return entries;
            int read = 0;
            if (!TryDevice(() => read = segment.File.Read(bytes.AsSpan(0, _segmentBytes), 0)) || read < _segmentBytes)
                return null;
            List<FooterEntry> scanned = Scan(segment, bytes.AsSpan(0, _segmentBytes));
            int end = scanned.Count == 0 ? SegmentHeader.BlockBytes : scanned[^1].OffsetBytes + scanned[^1].LengthBytes;
            // The footer said how far the records go.
            return segment.HasFooter && end != segment.EndOffset ? null : scanned;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private List<FooterEntry>? TryReadFooter(Segment segment, byte[] bytes)
    {
        int read = 0;
        if (!TryDevice(() => read = segment.File.Read(bytes.AsSpan(0, SegmentFooter.SizeBytes), _segmentBytes - SegmentFooter.SizeBytes))
            || read < SegmentFooter.SizeBytes
            || !SegmentFooter.TryRead(bytes, _key, segment.Life!, _segmentBytes, out SegmentFooter footer))
        {
            return null;
        }

        int length = footer.EntryCount * FooterEntry.SizeBytes;
        if (!TryDevice(() => read = segment.File.Read(bytes.AsSpan(0, length), SegmentFooter.EntriesOffset(_segmentBytes, footer.EntryCount)))
            || read < length
            || !footer.Fits(bytes.AsSpan(0, length), _key, segment.Life!, _segmentBytes))
        {
            return null;
        }

        var entries = new List<FooterEntry>(footer.EntryCount);
        for (int i = 0; i < footer.EntryCount; i++)
        {
            var entry = FooterEntry.Read(bytes.AsSpan(i * FooterEntry.SizeBytes));
            if (entry.OffsetBytes < SegmentHeader.BlockBytes || entry.LengthBytes < RecordHeader.SizeBytes || (long)entry.OffsetBytes + entry.LengthBytes > footer.EndOffset)
                return null;
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Follows the records from the first one up to what is none.</summary>
    private List<FooterEntry> Scan(Segment segment, ReadOnlySpan<byte> bytes)
    {
        var entries = new List<FooterEntry>();
        int offset = SegmentHeader.BlockBytes;
        while (offset <= SegmentFooter.EntriesOffset(_segmentBytes, entries.Count + 1) && RecordHeader.TryRead(bytes[offset..], _key, segment.Life!, offset, out RecordHeader header))
        {
            entries.Add(FooterEntry.Of(header, offset));
            Observe(header.CreatedMs);
            offset += (int)header.LengthBytes;
        }

        return entries;
    }
}
