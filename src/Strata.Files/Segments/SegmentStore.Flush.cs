namespace Strata.Files.Segments;

/// <content>Waiting until the device has what was written.</content>
internal sealed partial class SegmentStore
{
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
            if (Volatile.Read(ref _hasBroken))
                PumpUnderLock(isFlush: true);
            lock (_gate)
                return faults == _counters.DeviceFaults && !_owesClear;
        }
    }

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
        {
            segment.DurableEnd = end;
            segment.IsNew = false;
        }

        return true;
    }
}
