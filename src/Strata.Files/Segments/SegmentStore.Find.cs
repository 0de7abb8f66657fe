using Strata.Files.Device;
using Strata.Files.Layout;
using Strata.Files.Recovery;

namespace Strata.Files.Segments;

/// <content>Opening what a former opening left: headers, footers and all removals are read before the first call.</content>
internal sealed partial class SegmentStore
{
    private void FindSegments(bool isOneSlotLost)
    {
        var damaged = new List<Segment>();
        var found = new List<Segment>();
        var unmade = new List<string>();
        foreach (string name in _device.List())
        {
            if (StoreFiles.TryParse(name, out int id) && FindSegment(id, name, unmade) is { } segment)
                (segment.State == SegmentState.Broken ? damaged : found).Add(segment);
        }

        // Up to here nothing was changed; from here on nothing is refused.
        WriteOpening(isOneSlotLost);
        foreach (string name in unmade)
            TryDevice(() => _device.Delete(name));

        var recovery = new RecoveryState(_table.IdentityBits);
        foreach (Segment segment in found)
        {
            if (segment.State == SegmentState.Found && segment.IsControl && !TryFoldControl(segment, recovery))
                damaged.Add(segment);
        }

        recovery.Pending.AddRange(found.Where(segment => segment is { State: SegmentState.Found, IsControl: false }).OrderBy(segment => segment.MaxSequence));
        if (damaged.Count > 0)
        {
            _recovery = recovery;
            LoseRecovered(damaged);
        }
        else if (recovery.Pending.Count > 0)
        {
            recovery.Horizon = recovery.Pending[^1].MaxSequence;
            _recovery = recovery;
        }
        else
        {
            _recovered.TrySetResult();
        }

        // Ready for the first write before anybody can make one.
        while (_free.Count < _freeTarget && PrepareFree())
        {
        }
    }

    /// <summary>Opens a segment file and reads its header and the end of it. Broken stands for damaged here.</summary>
    private Segment? FindSegment(int id, string name, List<string> unmade)
    {
        if (id >= 1 << _header.SegmentBits)
            throw new FileStoreException(FileStoreFault.NotAStore, $"The file '{name}' has a number that no segment has. Nothing was overwritten.");
        IDeviceFile file = _device.Open(name);
        bool isWhole = file.LengthBytes == _segmentBytes;
        byte[] block = new byte[SegmentHeader.BlockBytes];
        SegmentHeaderRead read = SegmentHeaderRead.Damaged;
        SegmentLife? life = null;
        var segment = new Segment(id, file);
        bool isRead = TryDevice(() =>
        {
            file.Read(block, 0);
            read = SegmentHeader.Read(block, _key, _header.Id, id, _segmentBytes, out life);
        });
        if (read is SegmentHeaderRead.Foreign or SegmentHeaderRead.UnknownVersion)
        {
            file.Dispose();
            throw read == SegmentHeaderRead.Foreign
                ? new FileStoreException(FileStoreFault.NotAStore, $"The segment '{name}' belongs to another store. Move it away; nothing was overwritten.")
                : new FileStoreException(FileStoreFault.UnknownVersion, $"The segment '{name}' has a format that this version does not know. Nothing was overwritten.");
        }

        if (!isWhole && isRead && read == SegmentHeaderRead.Empty)
        {
            // It was being made when the process ended.
            file.Dispose();
            unmade.Add(name);
            return null;
        }

        if (_segments.Length <= id)
            Array.Resize(ref _segments, id + 1);
        _segments[id] = segment;
        segment.State = !isRead || !isWhole || read == SegmentHeaderRead.Damaged ? SegmentState.Broken : read == SegmentHeaderRead.Empty ? SegmentState.Emptied : SegmentState.Found;
        if (life is null)
            return segment;
        segment.Life = life;
        _incarnation = Math.Max(_incarnation, life.Incarnation);
        Observe(life.CreatedMs);
        if (segment.State == SegmentState.Found && !TryReadEnds(segment))
            segment.State = SegmentState.Broken;
        return segment;
    }

    /// <summary>Learns from the footer, or without one from the first record, what a segment holds.</summary>
    private bool TryReadEnds(Segment segment)
    {
        byte[] bytes = new byte[SegmentFooter.SizeBytes];
        if (!TryDevice(() => segment.File.Read(bytes, _segmentBytes - SegmentFooter.SizeBytes)))
            return false;
        if (SegmentFooter.TryRead(bytes, _key, segment.Life!, _segmentBytes, out SegmentFooter footer))
        {
            segment.HasFooter = true;
            segment.IsControl = footer.IsControl;
            segment.MinSequence = footer.MinSequence;
            segment.MaxSequence = footer.MaxSequence;
            segment.EndOffset = footer.EndOffset;
            Observe(footer.SealedMs);
            return true;
        }

        segment.NeedsHeader = true;
        if (!TryDevice(() => segment.File.Read(bytes, SegmentHeader.BlockBytes)))
            return false;
        RecordHeader first = RecordHeader.Read(bytes);
        // Where the first record is lost, nothing behind it is looked at.
        if (first.Mark != segment.Life!.Mark)
            segment.State = SegmentState.Emptied;
        segment.IsControl = first.Kind != RecordKind.Value;
        segment.MinSequence = 0;
        segment.MaxSequence = ulong.MaxValue;
        return true;
    }

    private bool TryFoldControl(Segment segment, RecoveryState recovery)
    {
        if (ReadEntries(segment) is not { } entries)
            return false;
        Settle(segment, entries);
        foreach (FooterEntry entry in entries)
        {
            if (entry.Kind == RecordKind.Tombstone)
                recovery.Bury(entry.Hash, entry.Sequence);
            else if (entry.Kind == RecordKind.StaleMark)
                _staleSequence = Math.Max(_staleSequence, entry.Sequence);
            else if (entry.Kind == RecordKind.Clear || !TryReadRule(segment, entry))
                _clearSequence = Math.Max(_clearSequence, entry.Sequence);
        }

        return true;
    }

    private bool TryReadRule(Segment segment, FooterEntry entry)
    {
        byte[] bytes = new byte[Math.Min(entry.LengthBytes, RecordHeader.SizeBytes + RuleSet.MaxRuleBytes)];
        return TryDevice(() => segment.File.Read(bytes, entry.OffsetBytes))
            && RecordHeader.TryRead(bytes, _key, segment.Life!, entry.OffsetBytes, out RecordHeader header)
            && header.Kind == RecordKind.Rule
            && _rules.TryAdd(bytes.AsSpan(header.ValueOffset, header.ValueBytes), header.Sequence);
    }

    private void Observe(long seenMs)
    {
        if (_clock.Observe(seenMs))
            Volatile.Write(ref _mayHaveEnded, true);
    }
}
