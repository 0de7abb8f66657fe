using System.Buffers;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Appending records to chunks, under the gate.</content>
internal sealed partial class SegmentStore
{
    private const int ControlSlot = 0;

    /// <summary>What tombstones may wait for in memory; when it is full, the store is cleared instead.</summary>
    private const int MaxControlChunks = 4;

    /// <summary>Appends a record to the open segment of its class. False when there is neither room in memory nor a segment.</summary>
    private bool TryAppendUnderGate(int slot, ref RecordHeader header, ReadOnlySpan<byte> key, ReadOnlySpan<byte> tags, in ReadOnlySequence<byte> value, out Segment segment, out int offset)
    {
        segment = null!;
        offset = 0;
        int length = (int)header.LengthBytes;
        Segment? open = _open[slot];
        if (open is not null && !HasRoom(open, length))
        {
            CloseUnderGate(slot);
            open = null;
        }

        open ??= OpenUnderGate(slot, length);
        if (open is null || ChunkForUnderGate(open, length) is not { } chunk)
            return false;
        segment = open;
        offset = open.EndOffset;
        SegmentLife life = open.Life!;
        header.Mark = life.Mark;
        Span<byte> to = chunk.Bytes.AsSpan(offset - chunk.Start, length);
        header.Write(to);
        key.CopyTo(to[RecordHeader.SizeBytes..]);
        tags.CopyTo(to[(RecordHeader.SizeBytes + key.Length)..]);
        value.CopyTo(to[header.ValueOffset..]);
        to[(int)header.UsedBytes..].Clear();
        header.Checksum = _key.Checksum(life.Prefix, offset, to[..RecordHeader.ChecksumOffset], to[RecordHeader.SizeBytes..(int)header.UsedBytes]);
        header.Write(to);
        chunk.Filled += length;
        open.EndOffset += length;
        open.Entries.Add(FooterEntry.Of(header, offset));
        open.MinSequence = Math.Min(open.MinSequence, header.Sequence);
        open.MaxSequence = Math.Max(open.MaxSequence, header.Sequence);
        _pendingBytes += length;
        if (slot == ControlSlot)
            _controlAppended += length;
        if (chunk.Filled == chunk.Bytes.Length)
            Signal();
        return true;
    }

    /// <summary>Appends a tombstone. When there is no room for it either, nothing is kept at all.</summary>
    private void BuryUnderGate(ulong hash)
    {
        var header = new RecordHeader { Kind = RecordKind.Tombstone, Hash = hash, Sequence = ++_sequence, CreatedMs = _clock.NowMs };
        _recovery?.Bury(hash, header.Sequence);
        if (!TryAppendUnderGate(ControlSlot, ref header, [], [], default, out _, out _))
            OweClearUnderGate();
    }

    /// <summary>Forgets every entry, and remembers that the log must say so before anything else happens to it.</summary>
    private void OweClearUnderGate()
    {
        ClearUnderGate(++_sequence);
        Volatile.Write(ref _owesClear, true);
        Signal();
    }

    private void ClearUnderGate(ulong sequence)
    {
        Volatile.Write(ref _clearSequence, sequence);
        _table.Clear();
        foreach (Segment? segment in _segments)
        {
            if (segment is null)
                continue;
            segment.LiveBytes = 0;
            segment.LiveCount = 0;
        }
    }

    /// <summary>Appends the clear that is owed, with the sequence it had in memory.</summary>
    private bool TryPayClearUnderGate()
    {
        var header = new RecordHeader { Kind = RecordKind.Clear, Sequence = _clearSequence, CreatedMs = _clock.NowMs };
        if (!TryAppendUnderGate(ControlSlot, ref header, [], [], default, out _, out _))
            return false;
        Volatile.Write(ref _owesClear, false);
        return true;
    }

    private bool HasRoom(Segment segment, int length) =>
        segment.EndOffset + (long)length <= SegmentFooter.EntriesOffset(_segmentBytes, segment.Entries.Count + 1);

    private Segment? OpenUnderGate(int slot, int length)
    {
        // The last free segment is for tombstones.
        if (_free.Count <= (slot == ControlSlot ? 0 : 1) || SegmentHeader.BlockBytes + (long)length > SegmentFooter.EntriesOffset(_segmentBytes, 1))
        {
            Signal();
            return null;
        }

        Segment segment = _free.Pop();
        segment.State = SegmentState.Open;
        segment.IsControl = slot == ControlSlot;
        _open[slot] = segment;
        _active.Add(segment);
        if (_free.Count < _freeTarget)
            Signal();
        return segment;
    }

    private void CloseUnderGate(int slot)
    {
        if (_open[slot] is not { } segment)
            return;
        _open[slot] = null;
        segment.State = SegmentState.Closing;
        foreach (Chunk chunk in segment.Chunks)
            chunk.IsClosed = true;
        Signal();
    }

    private Chunk? ChunkForUnderGate(Segment segment, int length)
    {
        // A value that is longer than the buffer is taken when nothing else waits.
        if (!segment.IsControl && _pendingBytes > 0 && _pendingBytes + length > _options.WriteBufferBytes)
        {
            Volatile.Write(ref _wantsFlush, 1);
            Signal();
            return null;
        }

        Chunk[] chunks = segment.Chunks;
        if (chunks.Length > 0 && chunks[^1] is { IsClosed: false } last)
        {
            if (last.Filled + length <= last.Bytes.Length)
                return last;
            last.IsClosed = true;
            Signal();
        }

        if (segment.IsControl && chunks.Length >= MaxControlChunks)
            return null;
        byte[] bytes = length > _chunkBytes ? new byte[length] : _chunkPool.TryPop(out byte[]? pooled) ? pooled : GC.AllocateUninitializedArray<byte>(_chunkBytes);
        var chunk = new Chunk(bytes, segment.EndOffset);
        segment.Chunks = [.. chunks, chunk];
        return chunk;
    }

    /// <summary>Lets go of a chunk. A late reader of its bytes finds no checksum that fits.</summary>
    private void ReleaseUnderGate(Segment segment, Chunk chunk)
    {
        segment.Chunks = [.. segment.Chunks.Where(other => other != chunk)];
        if (chunk.Bytes.Length == _chunkBytes && _chunkPool.Count < _options.WriteBufferBytes / _chunkBytes)
            _chunkPool.Push(chunk.Bytes);
    }

    private void AddLiveUnderGate(ulong location, int sign)
    {
        if (location == 0 || _segments[_format.Segment(location)] is not { } segment)
            return;
        segment.LiveBytes += sign * _format.LengthBytes(location);
        segment.LiveCount += sign;
    }
}
