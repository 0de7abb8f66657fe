using Strata.Files.Device;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>What is done behind the callers' backs: chunks are handed to the device, full segments sealed, free ones made ready. One thread at a time does it.</content>
internal sealed partial class SegmentStore
{
    private readonly Lock _pumpLock = new();
    private readonly Lock _controlLock = new();

    // The gate's.
    private long _controlAppended;

    // Written under the control lock. Positions from the one to the other may be lost.
    private long _controlWritten;
    private long _lostFrom = long.MaxValue;
    private long _lostTo;

    // 1 while a work item is queued or runs and was not told of more.
    private int _isSignalled;
    private int _wantsFlush;
    private ITimer? _timer;

    /// <summary>Does all there is to do now.</summary>
    /// <param name="isFlush">Whether chunks are written that have room left.</param>
    public void Pump(bool isFlush)
    {
        lock (_pumpLock)
        {
            lock (_gate)
            {
                if (_isDisposed)
                    return;
            }

            PumpUnderLock(isFlush);
        }
    }

    /// <summary>Writes what is in memory and, if wanted, waits until the device has it for good. False when something was lost or may be.</summary>
    public bool Flush(bool toDevice)
    {
        lock (_pumpLock)
        {
            long faults;
            lock (_gate)
            {
                ThrowIfDisposedUnderGate();
                faults = _counters.DeviceFaults;
            }

            PumpUnderLock(isFlush: true);
            if (toDevice)
                SyncActive();
            lock (_gate)
                return faults == _counters.DeviceFaults && !_owesClear;
        }
    }

    private void PumpUnderLock(bool isFlush)
    {
        while (PumpOnce(isFlush))
        {
        }
    }

    private bool PumpOnce(bool isFlush)
    {
        bool did = PayOwedClear();
        foreach (Segment segment in ActiveSegments())
        {
            if (segment.IsControl)
            {
                lock (_controlLock)
                    did |= WriteControlUnderLock();
            }
            else
            {
                did |= WriteChunks(segment, isFlush, out _);
            }

            if (IsReadyToSeal(segment))
            {
                Seal(segment);
                did = true;
            }
        }

        return did | PrepareFree();
    }

    private Segment[] ActiveSegments()
    {
        lock (_gate)
            return [.. _active];
    }

    private bool PayOwedClear()
    {
        if (!Volatile.Read(ref _owesClear))
            return false;
        lock (_gate)
            return _owesClear && TryPayClearUnderGate();
    }

    /// <summary>Hands a segment's chunks to the device.</summary>
    /// <returns>Whether there was something to hand over.</returns>
    private bool WriteChunks(Segment segment, bool isFlush, out bool failed)
    {
        bool did = false;
        failed = false;
        while (true)
        {
            Chunk? chunk = null;
            int from = 0, to = 0;
            lock (_gate)
            {
                foreach (Chunk each in segment.Chunks)
                {
                    if (each.IsClosed && each.Written == each.Filled)
                    {
                        ReleaseUnderGate(segment, each);
                    }
                    else if (chunk is null && each.Written < each.Filled && (isFlush || each.IsClosed || each.Filled == each.Bytes.Length))
                    {
                        chunk = each;
                        from = each.Written;
                        to = each.Filled;
                    }
                }
            }

            if (chunk is null)
                return did;
            did = true;
            if (!TryDevice(() => segment.File.Write(chunk.Bytes.AsSpan(from, to - from), chunk.Start + from)))
            {
                failed = true;
                Break(segment);
                return did;
            }

            Interlocked.Add(ref _counters.DeviceBytes, to - from);
            lock (_gate)
            {
                segment.NeedsSync = true;
                chunk.Written = to;
                _pendingBytes -= to - from;
            }
        }
    }

    /// <summary>Hands control records to the system up to a position, together with all others that wait. False when they may be lost.</summary>
    private bool WriteControl(long position)
    {
        if (Interlocked.Read(ref _controlWritten) >= position && (position == 0 || position > Interlocked.Read(ref _lostTo)))
            return true;
        lock (_controlLock)
        {
            if (_controlWritten < position)
                WriteControlUnderLock();
            return position <= _lostFrom || position > _lostTo;
        }
    }

    private bool WriteControlUnderLock()
    {
        long target;
        lock (_gate)
            target = _controlAppended;
        bool did = false, failed = false;
        foreach (Segment segment in ActiveSegments())
        {
            if (!segment.IsControl)
                continue;
            did |= WriteChunks(segment, isFlush: true, out bool hasFailed);
            failed |= hasFailed;
        }

        if (failed)
        {
            _lostFrom = Math.Min(_lostFrom, _controlWritten);
            lock (_gate)
                target = _controlAppended;
            Interlocked.Exchange(ref _lostTo, target);
        }

        Interlocked.Exchange(ref _controlWritten, target);
        return did;
    }

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

    private bool TryWriteFooter(Segment segment)
    {
        int entriesBytes = segment.Entries.Count * FooterEntry.SizeBytes, start = SegmentFooter.EntriesOffset(_segmentBytes, segment.Entries.Count);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(entriesBytes + SegmentFooter.SizeBytes);
        for (int i = 0; i < segment.Entries.Count; i++)
            segment.Entries[i].Write(bytes.AsSpan(i * FooterEntry.SizeBytes));
        SegmentLife life = segment.Life!;
        new SegmentFooter(segment.Entries.Count, segment.MinSequence, segment.MaxSequence, _clock.NowMs, segment.IsControl, segment.EndOffset, _key.Checksum(life.Prefix, start, bytes.AsSpan(0, entriesBytes), []))
            .Write(bytes.AsSpan(entriesBytes), _key, life, _segmentBytes);
        Interlocked.Add(ref _counters.DeviceBytes, bytes.Length);
        return TryDevice(() =>
        {
            segment.File.Write(bytes, start);
            segment.File.Flush();
        });
    }

    /// <summary>Takes a segment out of use: what is not durable in it never will be, so it is forgotten, and must not uncover what it replaced.</summary>
    private void Break(Segment segment)
    {
        lock (_gate)
        {
            int slot = Array.IndexOf(_open, segment);
            if (slot >= 0)
                _open[slot] = null;
            _active.Remove(segment);
            segment.State = SegmentState.Broken;
            foreach (Chunk chunk in segment.Chunks)
            {
                _pendingBytes -= chunk.Filled - chunk.Written;
                ReleaseUnderGate(segment, chunk);
            }

            if (segment.IsControl)
            {
                OweClearUnderGate();
            }
            else
            {
                // The device may have it all the same.
                BeginUnsureUnderGate(segment);
                foreach (FooterEntry entry in segment.Entries)
                {
                    if (entry.OffsetBytes >= segment.DurableEnd && RemoveUnderGate(entry, segment) && entry.Flags.HasFlag(RecordFlags.Overwrites))
                        BuryUnderGate(entry.Hash);
                }
            }

            segment.Entries.Clear();
        }
    }

    /// <summary>Removes an entry from the index if that still leads to this record.</summary>
    private bool RemoveUnderGate(in FooterEntry entry, Segment segment)
    {
        // A reader may mark the entry as hit in between, once.
        while (IsAtUnderGate(entry, segment, out ulong location))
        {
            if (!_table.TryRemove(entry.Hash, location))
                continue;
            AddLiveUnderGate(location, -1);
            return true;
        }

        return false;
    }

    private bool IsAtUnderGate(in FooterEntry entry, Segment segment, out ulong location) =>
        _table.TryGet(entry.Hash, out location) && _format.Segment(location) == segment.Id && _format.OffsetBytes(location) == entry.OffsetBytes;

    private void SyncActive()
    {
        foreach (Segment segment in ActiveSegments())
            Sync(segment);
    }

    private bool Sync(Segment segment)
    {
        int end;
        lock (_gate)
        {
            if (!segment.NeedsSync)
                return true;
            // What is written from here on is not covered.
            segment.NeedsSync = false;
            end = segment.EndOffset;
            foreach (Chunk chunk in segment.Chunks)
                end = Math.Min(end, chunk.Start + chunk.Written);
        }

        if (!TryDevice(segment.File.Flush))
        {
            Break(segment);
            return false;
        }

        lock (_gate)
            segment.DurableEnd = end;
        return true;
    }

    private bool TryDevice(Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (Exception exception) when (Faults.IsOfDevice(exception))
        {
            Interlocked.Increment(ref _counters.DeviceFaults);
            return false;
        }
    }

    /// <summary>Tells the thread in the background that there is something to do. Queues at most one work item.</summary>
    private void Signal()
    {
        if (_options.WorksInBackground && Interlocked.Exchange(ref _isSignalled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static store => store.Work(), this, preferLocal: false);
    }

    private void Work()
    {
        // Before the work, so that what is signalled from here on is seen to anew.
        Interlocked.Exchange(ref _isSignalled, 0);
        Pump(isFlush: Interlocked.Exchange(ref _wantsFlush, 0) == 1);
    }

    private void StartWorking()
    {
        _timer = _options.TimeProvider.CreateTimer(
            static state =>
            {
                var store = (SegmentStore)state!;
                Volatile.Write(ref store._wantsFlush, 1);
                store.Signal();
            },
            this,
            _options.FlushInterval,
            _options.FlushInterval);
        ThreadPool.UnsafeQueueUserWorkItem(
            static store =>
            {
                store.Recover();
                store.Signal();
            },
            this,
            preferLocal: false);
    }

    private void StopWorking()
    {
        _timer?.Dispose();
        Volatile.Write(ref _isStopping, true);
    }
}
