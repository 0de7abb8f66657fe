using Strata.Files.Device;

namespace Strata.Files.Segments;

/// <content>What is done behind the callers' backs: chunks are handed to the device, full segments sealed, free ones made ready. One thread at a time does it.</content>
internal sealed partial class SegmentStore
{
    private readonly Lock _pumpLock = new();

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

        // What a segment that broke leaves in doubt was buried in memory: once more, for the system.
        return did | Mend() | PrepareFree() | Interlocked.Exchange(ref _hasBroken, false);
    }

    private Segment[] ActiveSegments()
    {
        lock (_gate)
            return [.. _active];
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
            if (!TryWrite(segment, chunk, from, to))
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

    // Removals come here; TryDevice would allocate.
    private bool TryWrite(Segment segment, Chunk chunk, int from, int to)
    {
        try
        {
            segment.File.Write(chunk.Bytes.AsSpan(from, to - from), chunk.Start + from);
            return true;
        }
        catch (Exception exception) when (Faults.IsOfDevice(exception))
        {
            Interlocked.Increment(ref _counters.DeviceFaults);
            return false;
        }
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
}
