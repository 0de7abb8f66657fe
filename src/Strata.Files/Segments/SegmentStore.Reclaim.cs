using System.Security.Cryptography;
using Strata.Files.Device;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Keeping segments ready: new files while there is room, then the ones with the least in them, then the oldest.</content>
internal sealed partial class SegmentStore
{
    /// <summary>A segment with so small a part of its records alive is emptied before its turn.</summary>
    private const double EarlyShare = 0.2;

    /// <summary>One in so many segments may be kept for its tombstones alone.</summary>
    private const int SegmentsPerControl = 8;

    /// <summary>The entries that are handled without letting go of the gate.</summary>
    private const int BatchEntries = 256;

    private bool PrepareFree()
    {
        Segment? candidate;
        int id;
        bool isSurplus;
        lock (_gate)
        {
            int count = _segments.Count(segment => segment is not null);
            isSurplus = count > _maxSegments;
            if (_free.Count >= _freeTarget && !isSurplus)
                return false;
            id = count < _maxSegments && !_isFull ? Array.IndexOf(_segments, null) : -1;
            if (id < 0 && count < _maxSegments && !_isFull)
                id = _segments.Length;
            // Before everything was found, nobody knows what may be emptied.
            if (id < 0 && _recovery is not null)
                return false;
            candidate = id >= 0 ? null : _segments.FirstOrDefault(segment => segment?.State == SegmentState.Emptied) ?? ControlToDropUnderGate() ?? KeeperUnderGate(count) ?? VictimUnderGate();
        }

        if (id >= 0)
            return CreateSegment(id);
        if (candidate is null)
            return CloseOneEarly();
        if (candidate.State == SegmentState.Closing)
            return true;
        if (candidate.State == SegmentState.Broken)
            return ClearForGood();
        if (candidate.State != SegmentState.Emptied && !candidate.IsControl && !Empty(candidate))
            return candidate.State == SegmentState.Broken;
        return isSurplus ? Delete(candidate) : Prepare(candidate);
    }

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

    private bool CreateSegment(int id)
    {
        IDeviceFile? file = null;
        if (!TryDevice(() => file = _device.Create(StoreFiles.NameOf(id), _segmentBytes)))
        {
            // No room, most likely: the store makes do with the segments it has until it is opened anew.
            lock (_gate)
                _isFull = true;
            return true;
        }

        var segment = new Segment(id, file!) { State = SegmentState.Emptied, IsNew = true };
        lock (_gate)
        {
            var segments = new Segment?[Math.Max(id + 1, _segments.Length)];
            _segments.CopyTo(segments, 0);
            segments[id] = segment;
            Volatile.Write(ref _segments, segments);
        }

        return Prepare(segment);
    }

    /// <summary>Begins a new life, whose header is durable before its first record. In a new file there is no former life, and the header may come with the first flush of its records.</summary>
    private bool Prepare(Segment segment)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(sizeof(ulong));
        ulong incarnation;
        lock (_gate)
            incarnation = ++_incarnation;
        var life = new SegmentLife(_key, incarnation, BitConverter.ToUInt64(nonce), _clock.NowMs);
        byte[] block = new byte[SegmentHeader.BlockBytes];
        SegmentHeader.Write(block, _key, _header.Id, segment.Id, _segmentBytes, life);
        Interlocked.Add(ref _counters.DeviceBytes, block.Length);
        bool isDurable = TryDevice(() =>
        {
            segment.File.Write(block, 0);
            if (!segment.IsNew)
                segment.File.Flush();
        });
        lock (_gate)
        {
            if (!isDurable)
            {
                // Its former life may come back after a restart: if it had values, the index stays unsure.
                segment.State = SegmentState.Broken;
                return true;
            }

            segment.Reset();
            segment.IsNew = false;
            segment.Life = life;
            segment.State = SegmentState.Free;
            _free.Push(segment);
            EndUnsureUnderGate(segment);
            PruneRulesUnderGate();
        }

        return true;
    }

    private bool Delete(Segment segment)
    {
        segment.File.Dispose();
        bool isGone = TryDevice(() => _device.Delete(StoreFiles.NameOf(segment.Id)));
        lock (_gate)
        {
            if (!isGone)
            {
                segment.State = SegmentState.Broken;
                return false;
            }

            Segment?[] segments = [.. _segments];
            segments[segment.Id] = null;
            Volatile.Write(ref _segments, segments);
            // For reads that have the segment: no rule is kept for it from now on.
            segment.Life = null;
            EndUnsureUnderGate(segment);
        }

        return true;
    }

    /// <summary>Tombstones and rules are needed as long as there is a value older than they are that no clear on disk means.</summary>
    private Segment? ControlToDropUnderGate()
    {
        ulong least = Math.Max(LeastValueUnderGate(except: null), _durableClear);
        foreach (Segment? segment in _segments)
        {
            if (segment is { IsControl: true, State: SegmentState.Sealed } && segment.MaxSequence < least)
            {
                return segment;
            }
        }

        return null;
    }

    private ulong LeastValueUnderGate(Segment? except)
    {
        ulong least = ulong.MaxValue;
        foreach (Segment? segment in _segments)
        {
            if (segment is not null && segment != except && !segment.IsControl && segment.State != SegmentState.Free)
                least = Math.Min(least, segment.MinSequence);
        }

        return least;
    }

    /// <summary>When tombstones take too much room, the segment whose values are the oldest: it keeps them. If it is open it is closed here.</summary>
    private Segment? KeeperUnderGate(int count)
    {
        // No tombstone is needed once the clear is there.
        if (_owesClear || _segments.Count(segment => segment is { IsControl: true, State: SegmentState.Sealed }) <= Math.Max(1, count / SegmentsPerControl))
            return null;
        Segment? keeper = _segments.Where(segment => segment is { IsControl: false, HasRecords: true } && segment.State != SegmentState.Free).MinBy(segment => segment!.MinSequence);
        if (keeper?.State == SegmentState.Open)
            CloseUnderGate(Array.IndexOf(_open, keeper));
        else if (keeper?.State == SegmentState.Closing)
            return null;
        return keeper;
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

    private void PruneRulesUnderGate() => _rules.Prune(LeastValueUnderGate(except: null));

    private Segment? VictimUnderGate()
    {
        Segment? emptiest = null, oldest = null, first = null;
        foreach (Segment? segment in _segments)
        {
            if (segment is not { IsControl: false, State: SegmentState.Sealed })
                continue;
            if (emptiest is null || LiveShare(segment) < LiveShare(emptiest))
                emptiest = segment;
            if (oldest is null || segment.Life!.Incarnation < oldest.Life!.Incarnation)
                oldest = segment;
            if (first is null || segment.MinSequence < first.MinSequence)
                first = segment;
        }

        if (_owesClear)
            return first;
        return emptiest is not null && LiveShare(emptiest) <= EarlyShare ? emptiest : oldest;
    }

    private static double LiveShare(Segment segment) => (double)segment.LiveBytes / Math.Max(1, segment.EndOffset - SegmentHeader.BlockBytes);

    /// <summary>When no segment is sealed, the open one with the oldest record is closed, so that it can be emptied next.</summary>
    private bool CloseOneEarly()
    {
        lock (_gate)
        {
            Segment? oldest = _open.Skip(1).Where(segment => segment is { HasRecords: true }).MinBy(segment => segment!.MinSequence);
            if (oldest is not null)
                CloseUnderGate(Array.IndexOf(_open, oldest));
            return oldest is not null;
        }
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

        // The clear that is owed may want this very segment.
        if (leastOther < victim.MaxSequence && !MakeAllDurable() && !(Volatile.Read(ref _owesClear) && _free.Count == 0))
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
