using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Carrying what was read since it was written to another segment.</content>
internal sealed partial class SegmentStore
{
    private void Reinsert(List<FooterEntry> entries, int from, int to, Segment victim, ref long budget)
    {
        for (int i = from; i < to && budget > 0; i++)
        {
            FooterEntry entry = entries[i];
            ulong location;
            lock (_gate)
            {
                if (!IsAtUnderGate(entry, victim, out location) || !_format.IsHit(location))
                    continue;
            }

            if (entry.LengthBytes > budget)
                continue;
            byte[] bytes = new byte[entry.LengthBytes];
            if (!TryDevice(() => victim.File.Read(bytes, entry.OffsetBytes)) || !RecordHeader.TryRead(bytes, _key, victim.Life!, entry.OffsetBytes, out RecordHeader header))
                continue;
            ReadOnlySpan<byte> key = bytes.AsSpan(RecordHeader.SizeBytes, header.KeyBytes), tags = bytes.AsSpan(RecordHeader.SizeBytes + header.KeyBytes, header.TagBytes);
            lock (_gate)
            {
                if (!IsAtUnderGate(entry, victim, out location) || header.ExpiresMs <= _clock.NowMs || IsInvalid(header, key, tags) || !IsSureOf(header, Horizon))
                    continue;
                if (IsStale(header))
                    header.Flags |= RecordFlags.Stale;
                header.Sequence = ++_sequence;
                if (!TryAppendUnderGate(1 + TtlClasses.Of(header.TtlMs, _open.Length - 1), ref header, key, tags, new(bytes, header.ValueOffset, header.ValueBytes), out Segment segment, out int offset))
                    return;
                PutUnderGate(entry.Hash, _format.Pack(segment.Id, offset, entry.LengthBytes));
                budget -= entry.LengthBytes;
                _counters.ReinsertedBytes += entry.LengthBytes;
            }
        }
    }
}
