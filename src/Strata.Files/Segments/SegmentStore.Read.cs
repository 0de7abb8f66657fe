using System.Buffers;
using Strata.Files.Device;
using Strata.Files.Layout;
using Strata.Tiers;

namespace Strata.Files.Segments;

/// <content>Reading: one look into the index, one read of the device, and a checksum. No lock but the index's own.</content>
internal sealed partial class SegmentStore
{
    /// <summary>How often a read begins anew because the record moved under it.</summary>
    private const int ReadTries = 8;

    public TierRead Get(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        ulong hash = _key.HashKey(key), failed = 0;
        for (int i = 0; i < ReadTries; i++)
        {
            // Before the index is asked: what it has now of the times above, it has found already.
            ulong horizon = Horizon;
            if (!_table.TryGet(hash, out ulong location))
                break;
            // The life is taken after the index was asked. Is it a later one than the record's, then what is found there under this key is a later value of it.
            Segment? segment = Volatile.Read(ref _segments)[_format.Segment(location)];
            if (segment?.Life is not { } life)
                break;
            int offset = _format.OffsetBytes(location), length = Math.Min(_format.LengthBytes(location), _segmentBytes - offset);
            byte[] buffer = ReadBuffer.Rent(length);
            try
            {
                Span<byte> record = buffer.AsSpan(0, ReadBytes(segment, offset, buffer.AsSpan(0, length), usesImage: failed == 0));
                if (RecordHeader.TryRead(record, _key, life, offset, out RecordHeader header))
                {
                    long nowMs = header.TtlMs == 0 ? 0 : _clock.NowMs;
                    bool isAnswer = header.ExpiresMs > nowMs && IsAnswer(key, header, record, horizon);
                    // A rule is forgotten when what it means is gone: it was asked in time while the segment lives.
                    if (segment.Life != life)
                        continue;
                    return isAnswer ? Answer(hash, location, header, nowMs, record, destination) : Missed();
                }
            }
            catch (ObjectDisposedException) when (!Volatile.Read(ref _isDisposed))
            {
                // The segment was deleted: the index knows by now.
                continue;
            }
            catch (Exception exception) when (Faults.IsOfDevice(exception))
            {
                Interlocked.Increment(ref _counters.DeviceFaults);
                return TierRead.Nothing(TierReadStatus.Faulted);
            }
            finally
            {
                ReadBuffer.Return(buffer);
            }

            // The copy may be of a former life, or its array another's by now: the file decides, for this read too.
            segment.Image = null;
            // A chunk that was let go, or a segment that began anew: the index knows by now. Twice at one place it is damage.
            if (_format.WithoutHit(location) == failed && segment.Life == life)
            {
                DropDamaged(hash, failed);
                break;
            }

            failed = _format.WithoutHit(location);
        }

        return Missed();
    }

    private TierRead Missed()
    {
        Interlocked.Increment(ref _counters.Misses);
        return TierRead.Nothing(TierReadStatus.Miss);
    }

    private bool IsAnswer(ReadOnlySpan<byte> key, in RecordHeader header, ReadOnlySpan<byte> record, ulong horizon) =>
        header.Kind == RecordKind.Value
        && record.Slice(RecordHeader.SizeBytes, header.KeyBytes).SequenceEqual(key)
        && !IsInvalid(header, key, record.Slice(RecordHeader.SizeBytes + header.KeyBytes, header.TagBytes))
        && IsSureOf(header, horizon);

    private TierRead Answer(ulong hash, ulong location, in RecordHeader header, long nowMs, ReadOnlySpan<byte> record, IBufferWriter<byte> destination)
    {
        destination.Write(record.Slice(header.ValueOffset, header.ValueBytes));
        if (!_format.IsHit(location))
            _table.TryReplace(hash, location, _format.WithHit(location));
        Interlocked.Increment(ref _counters.Hits);
        return new TierRead(
            IsStale(header) ? TierReadStatus.Stale : TierReadStatus.Hit,
            header.ValueBytes,
            header.TtlMs == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(header.ExpiresMs - nowMs));
    }

    private bool IsInvalid(in RecordHeader header, ReadOnlySpan<byte> key, ReadOnlySpan<byte> tags) =>
        header.Sequence < Volatile.Read(ref _clearSequence) || _rules.Means(header.Sequence, key, tags);

    private bool IsStale(in RecordHeader header) =>
        header.Flags.HasFlag(RecordFlags.Stale)
        || header.Sequence < Volatile.Read(ref _staleSequence)
        || _options.RecoveredEntries == RecoveredEntries.Stale && header.Sequence < _firstSequence;

    /// <summary>Whether a record of a former opening is known to be the newest, and its time not to be over.</summary>
    private bool IsSureOf(in RecordHeader header, ulong horizon) =>
        header.Sequence >= _firstSequence || header.Sequence > horizon && !(header.TtlMs != 0 && Volatile.Read(ref _mayHaveEnded));

    /// <summary>The greatest sequence that recovery has not looked at; 0 when it has looked at all.</summary>
    private ulong Horizon => Volatile.Read(ref _recovery)?.Horizon ?? 0;

    private static int ReadBytes(Segment segment, int offset, Span<byte> to, bool usesImage = true)
    {
        // From the last one: a chunk that was closed with room left reaches into the next one's place.
        Chunk[] chunks = segment.Chunks;
        for (int i = chunks.Length - 1; i >= 0; i--)
        {
            Chunk chunk = chunks[i];
            int at = offset - chunk.Start;
            if (at < 0 || at >= chunk.Bytes.Length)
                continue;
            int length = Math.Min(to.Length, chunk.Bytes.Length - at);
            chunk.Bytes.AsSpan(at, length).CopyTo(to);
            return length;
        }

        if (!usesImage || segment.Image is not { } image)
            return segment.File.Read(to, offset);
        image.AsSpan(offset, to.Length).CopyTo(to);
        return to.Length;
    }

    private void DropDamaged(ulong hash, ulong location)
    {
        Interlocked.Increment(ref _counters.CorruptRecords);
        lock (_gate)
        {
            if (_isDisposed || !_table.TryGet(hash, out ulong now) || _format.WithoutHit(now) != location || !_table.Remove(hash, out _))
                return;
            AddLiveUnderGate(location, -1);
            // What it replaced must not come back, nor the record itself if only the reading failed.
            BuryUnderGate(hash);
        }
    }
}
