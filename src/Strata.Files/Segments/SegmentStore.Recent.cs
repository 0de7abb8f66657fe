using System.Buffers;
using System.Runtime.CompilerServices;
using Strata.Files.Device;
using Strata.Files.Layout;
using Strata.Tiers;

namespace Strata.Files.Segments;

/// <content>Listing what was written last. A segment that is full is read as a whole, in one go, and the reads of its entries that follow find them there.</content>
internal sealed partial class SegmentStore
{
    /// <summary>Lists the keys that the index knows, by segments, the one with the latest record first, and in each from its end. What is listed is a hint: a read looks at everything anew.</summary>
    /// <remarks>No lock is held between two entries. A segment that begins anew meanwhile is left out from there on: the checksum of its footer, and the mark of its records, are of the life that was listed.</remarks>
    public async IAsyncEnumerable<RecentEntry> ListRecentAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Only then the index tells which of two records counts.
        await RecoveryTask.WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach ((Segment segment, SegmentLife life) in LatestSegments())
        {
            foreach (RecentEntry entry in RecentOf(segment, life))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return entry;
            }
        }
    }

    private (Segment, SegmentLife)[] LatestSegments()
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderGate();
            return [.. _segments
                .Where(static segment => segment is { IsControl: false, HasRecords: true, State: SegmentState.Open or SegmentState.Closing or SegmentState.Sealed })
                .OrderByDescending(static segment => segment!.MaxSequence)
                .Select(static segment => (segment!, segment!.Life!))];
        }
    }

    private IEnumerable<RecentEntry> RecentOf(Segment segment, SegmentLife life)
    {
        int end = _segmentBytes, next = int.MaxValue;
        byte[] head = new byte[RecordHeader.SizeBytes + CacheKey.MaxBytes];
        var batch = new List<FooterEntry>(BatchEntries);
        while (TryTakeUnsealed(segment, life, batch, ref next))
        {
            for (int i = batch.Count - 1; i >= 0; i--)
            {
                end = batch[i].OffsetBytes;
                if (LeadsTo(segment, batch[i]) && TryReadHead(segment, batch[i], head, out int headBytes) && RecentAt(batch[i], life, head.AsSpan(0, headBytes)) is { } entry)
                    yield return entry;
            }
        }

        // All of it was listed while it was open; what was sealed on the way is listed from where that ended.
        if (next == 0)
            yield break;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(_segmentBytes);
        try
        {
            if (!TryReadSealed(segment, life, bytes, out SegmentFooter footer))
                yield break;
            int first = SegmentFooter.EntriesOffset(_segmentBytes, footer.EntryCount);
            for (int i = footer.EntryCount - 1; i >= 0; i--)
            {
                FooterEntry entry = FooterEntry.Read(bytes.AsSpan(first + i * FooterEntry.SizeBytes));
                bool isInside = entry.OffsetBytes >= SegmentHeader.BlockBytes && (long)entry.OffsetBytes + entry.LengthBytes <= Math.Min(end, footer.EndOffset);
                if (isInside && LeadsTo(segment, entry) && RecentAt(entry, life, bytes.AsSpan(entry.OffsetBytes, entry.LengthBytes)) is { } recent)
                    yield return recent;
            }
        }
        finally
        {
            segment.DropImage(bytes);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>Takes the entries before those that were taken last, of a segment that has no footer yet.</summary>
    private bool TryTakeUnsealed(Segment segment, SegmentLife life, List<FooterEntry> batch, ref int next)
    {
        batch.Clear();
        lock (_gate)
        {
            if (segment.Life != life || segment.State is not (SegmentState.Open or SegmentState.Closing))
                return false;
            int count = Math.Min(next, segment.Entries.Count);
            next = Math.Max(0, count - BatchEntries);
            for (int i = next; i < count; i++)
                batch.Add(segment.Entries[i]);
            return count > 0;
        }
    }

    private bool LeadsTo(Segment segment, in FooterEntry entry) =>
        entry.Kind == RecordKind.Value && _table.TryGet(entry.Hash, out ulong location) && _format.Segment(location) == segment.Id && _format.OffsetBytes(location) == entry.OffsetBytes;

    /// <summary>The entry of a record, if that looks like one. It was not checked: whoever reads it does.</summary>
    private RecentEntry? RecentAt(in FooterEntry entry, SegmentLife life, ReadOnlySpan<byte> record)
    {
        if (record.Length < RecordHeader.SizeBytes)
            return null;
        RecordHeader header = RecordHeader.Read(record);
        if (header.Mark != life.Mark || header.KeyBytes is 0 or > CacheKey.MaxBytes || RecordHeader.SizeBytes + header.KeyBytes > record.Length || header.ExpiresMs <= _clock.NowMs)
            return null;
        ReadOnlySpan<byte> key = record.Slice(RecordHeader.SizeBytes, header.KeyBytes);
        return _key.HashKey(key) == entry.Hash ? new RecentEntry(key.ToArray(), Math.Max(0, entry.LengthBytes - header.ValueOffset)) : null;
    }

    private bool TryReadHead(Segment segment, in FooterEntry entry, byte[] head, out int headBytes)
    {
        int offset = entry.OffsetBytes, length = Math.Min(head.Length, entry.LengthBytes), read = 0;
        bool isRead = TryReadOf(() => read = ReadBytes(segment, offset, head.AsSpan(0, length)));
        headBytes = read;
        return isRead;
    }

    /// <summary>Reads a segment that has its footer, for the listing and for readers meanwhile.</summary>
    private bool TryReadSealed(Segment segment, SegmentLife life, byte[] bytes, out SegmentFooter footer)
    {
        footer = default;
        int read = 0;
        if (!TryReadOf(() => read = segment.File.Read(bytes.AsSpan(0, _segmentBytes), 0)) || read < _segmentBytes
            || !SegmentFooter.TryRead(bytes.AsSpan(_segmentBytes - SegmentFooter.SizeBytes), _key, life, _segmentBytes, out footer))
        {
            return false;
        }

        int start = SegmentFooter.EntriesOffset(_segmentBytes, footer.EntryCount);
        if (!footer.Fits(bytes.AsSpan(start, footer.EntryCount * FooterEntry.SizeBytes), _key, life, _segmentBytes))
            return false;
        lock (_gate)
        {
            // One of a former life would have good records look damaged twice.
            if (segment.Life == life)
                segment.Image = bytes;
            return segment.Life == life;
        }
    }

    /// <summary>Reads from a segment that may be deleted meanwhile.</summary>
    private bool TryReadOf(Action read)
    {
        try
        {
            return TryDevice(read);
        }
        catch (ObjectDisposedException)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), typeof(FileTier));
            return false;
        }
    }
}
