using System.Security.Cryptography;
using Strata.Files.Device;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Keeping segments ready: new files while there is room, then what was emptied.</content>
internal sealed partial class SegmentStore
{
    private bool PrepareFree()
    {
        Segment? candidate;
        int id;
        bool isSurplus, isRecovering;
        lock (_gate)
        {
            int count = _segments.Count(segment => segment is not null);
            isSurplus = count > _maxSegments;
            // Before everything was found, nothing is given back either.
            if (_free.Count >= _freeTarget && (!isSurplus || _recovery is not null))
                return false;
            id = count < _maxSegments && !_isFull ? Array.IndexOf(_segments, null) : -1;
            if (id < 0 && count < _maxSegments && !_isFull)
                id = _segments.Length;
            candidate = id >= 0 ? null : _segments.FirstOrDefault(segment => segment?.State == SegmentState.Emptied);
            // Before everything was found, nobody knows what else may go.
            isRecovering = _recovery is not null;
            if (id < 0 && candidate is null && isRecovering)
                return false;
            if (id < 0)
                candidate ??= ControlToDropUnderGate() ?? KeeperUnderGate(count) ?? VictimUnderGate();
        }

        if (id >= 0)
            return CreateSegment(id);
        if (candidate is null)
            return CloseOneEarly();
        if (candidate.State == SegmentState.Closing)
            return true;
        if (candidate.State == SegmentState.Broken)
            return ClearForGood();
        if (candidate.State == SegmentState.Sealed && !candidate.IsControl && (TryClearInPlace(candidate, isForced: true) || candidate.State == SegmentState.Broken))
            return true;
        if (candidate.State != SegmentState.Emptied && !candidate.IsControl && !Empty(candidate))
            return candidate.State == SegmentState.Broken;
        return isSurplus && !isRecovering ? Delete(candidate) : Prepare(candidate);
    }

    private bool CreateSegment(int id)
    {
        IDeviceFile? file = null;
        if (!TryDevice(() => file = _device.Create(StoreFiles.NameOf(id), _segmentBytes)))
        {
            // No room, most likely: the store makes do with the segments it has until it tries again.
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
        bool isDurable = TryDevice(() =>
        {
            WriteHeader(segment, life);
            if (!segment.IsNew)
                segment.File.Flush();
        });
        lock (_gate)
        {
            if (!isDurable)
            {
                // Its former life may come back after a restart: if it had values, the index stays unsure.
                segment.State = SegmentState.Broken;
                segment.Mended = SegmentState.Emptied;
                return true;
            }

            segment.Reset();
            segment.Life = life;
            segment.State = SegmentState.Free;
            _free.Push(segment);
            EndUnsureUnderGate(segment);
            PruneRulesUnderGate();
        }

        return true;
    }

    private void WriteHeader(Segment segment, SegmentLife life)
    {
        byte[] block = new byte[SegmentHeader.BlockBytes];
        SegmentHeader.Write(block, _key, _header.Id, segment.Id, _segmentBytes, life);
        Interlocked.Add(ref _counters.DeviceBytes, block.Length);
        segment.File.Write(block, 0);
    }

    private bool Delete(Segment segment)
    {
        segment.File.Dispose();
        bool isGone = TryDevice(() => _device.Delete(StoreFiles.NameOf(segment.Id)));
        lock (_gate)
        {
            if (!isGone)
            {
                // Its file is closed.
                segment.State = SegmentState.Broken;
                segment.Mended = SegmentState.Broken;
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

    private void PruneRulesUnderGate() => _rules.Prune(LeastValueUnderGate(except: null));
}
