using System.Buffers;
using Strata.Files.Device;
using Strata.Files.Layout;
using Strata.Files.Recovery;

namespace Strata.Files.Segments;

/// <content>Finding what a former opening left. Headers, footers and all removals are read before the store is used; values are found while it is.</content>
internal sealed partial class SegmentStore
{
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Replaced under the gate, read anywhere; null when all was found.
    private RecoveryState? _recovery;
    private bool _mayHaveEnded;

    public bool IsRecovered => Volatile.Read(ref _recovery) is null;

    /// <summary>Complete when all was found, or the store was closed before.</summary>
    public Task RecoveryTask => _recovered.Task;

    /// <summary>Finds what was not found yet, segment by segment, the newest first.</summary>
    public void Recover()
    {
        while (RecoverNext())
        {
        }

        _recovered.TrySetResult();
    }

    /// <summary>Looks into one more segment. False when there is none.</summary>
    public bool RecoverNext()
    {
        lock (_pumpLock)
        {
            Segment segment;
            lock (_gate)
            {
                if (_isDisposed || Volatile.Read(ref _isStopping) || _recovery is null)
                    return false;
                segment = _recovery.Pending[^1];
            }

            List<FooterEntry>? entries = ReadEntries(segment);
            if (entries is null)
                LoseRecovered([segment]);
            else
                Fold(segment, entries);
            return !IsRecovered;
        }
    }

    private void WaitForRecovery()
    {
        if (_options.WorksInBackground)
            RecoveryTask.Wait();
        else
            Recover();
    }

    private void FindSegments()
    {
        var damaged = new List<Segment>();
        var found = new List<Segment>();
        foreach (string name in _device.List())
        {
            if (StoreFiles.TryParse(name, out int id) && FindSegment(id, name) is { } segment)
                (segment.State == SegmentState.Broken ? damaged : found).Add(segment);
        }

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
    private Segment? FindSegment(int id, string name)
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
            TryDevice(() => _device.Delete(name));
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

    /// <summary>Puts a segment's records into the index where nothing newer is known.</summary>
    private void Fold(Segment segment, List<FooterEntry> entries)
    {
        Settle(segment, entries);
        for (int i = entries.Count; i > 0; i -= BatchEntries)
        {
            lock (_gate)
            {
                for (int k = i - 1; k >= Math.Max(0, i - BatchEntries); k--)
                    FoldUnderGate(segment, entries[k]);
            }
        }

        lock (_gate)
        {
            RecoveryState recovery = _recovery!;
            recovery.Pending.Remove(segment);
            if (recovery.Pending.Count > 0)
                recovery.Horizon = recovery.Pending[^1].MaxSequence;
            else
                FinishUnderGate();
        }
    }

    private void FoldUnderGate(Segment segment, in FooterEntry entry)
    {
        if (entry.Kind != RecordKind.Value || entry.Sequence < _clearSequence || _recovery!.IsBuried(entry.Hash, entry.Sequence))
            return;
        if (_table.TryGet(entry.Hash, out ulong location) && IsNewerUnderGate(_segments[_format.Segment(location)]!, location, segment, entry.Sequence))
            return;
        PutUnderGate(entry.Hash, _format.Pack(segment.Id, entry.OffsetBytes, entry.LengthBytes));
        _counters.RecoveredEntries++;
    }

    /// <summary>Whether what the index has is newer than a record of another segment.</summary>
    private bool IsNewerUnderGate(Segment there, ulong location, Segment segment, ulong sequence)
    {
        // In one segment the later record is the newer one, and was found first.
        if (there == segment || there.MinSequence > sequence)
            return true;
        byte[] bytes = new byte[RecordHeader.SizeBytes];
        int offset = _format.OffsetBytes(location);
        // One short read, and only where the times of two segments overlap. What cannot be read stays: it answers as a miss.
        return !TryDevice(() => ReadBytes(there, offset, bytes)) || RecordHeader.Read(bytes) is var header && (header.Mark != there.Life!.Mark || header.Sequence > sequence);
    }

    private void FinishUnderGate()
    {
        Volatile.Write(ref _recovery, null);
        _counters.RecoveryTime = _options.TimeProvider.GetElapsedTime(_opened);
        _recovered.TrySetResult();
    }

    /// <summary>What a damaged segment held is not known, so neither is what else on disk was replaced or removed: none of it counts, and the log says so before the damage is written over.</summary>
    private void LoseRecovered(List<Segment> damaged)
    {
        lock (_gate)
        {
            _counters.CorruptRecords += damaged.Count;
            foreach (Segment segment in damaged)
                segment.State = SegmentState.Broken;
            foreach (Segment segment in _recovery!.Pending)
            {
                if (segment.State == SegmentState.Found)
                    segment.State = SegmentState.Sealed;
            }

            ClearUnderGate(++_sequence);
            _owesClear = true;
            FinishUnderGate();
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
            segment.Entries.Clear();
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

        int start = SegmentFooter.EntriesOffset(_segmentBytes, footer.EntryCount), length = footer.EntryCount * FooterEntry.SizeBytes;
        if (!TryDevice(() => read = segment.File.Read(bytes.AsSpan(0, length), start)) || read < length || footer.EntriesChecksum != _key.Checksum(segment.Life!.Prefix, start, bytes.AsSpan(0, length), []))
            return null;
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

    private void Observe(long seenMs)
    {
        if (_clock.Observe(seenMs))
            Volatile.Write(ref _mayHaveEnded, true);
    }
}
