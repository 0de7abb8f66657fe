using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <content>Counting.</content>
internal sealed partial class SegmentStore
{
    public FileTierStatistics GetStatistics()
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderGate();
            long live = 0, used = 0, disk = StoreHeader.FileBytes;
            int broken = 0;
            foreach (Segment? segment in _segments)
            {
                if (segment is null)
                    continue;
                disk += _segmentBytes;
                live += segment.LiveBytes;
                if (!segment.IsControl)
                    used += segment.EndOffset - SegmentHeader.BlockBytes;
                if (segment.State == SegmentState.Broken)
                    broken++;
            }

            return new FileTierStatistics
            {
                Entries = _table.Count,
                LiveBytes = live,
                DeadBytes = Math.Max(0, used - live),
                DiskBytes = disk,
                CapacityBytes = _options.CapacityBytes,
                IndexBytes = _table.MemoryBytes,
                PendingBytes = _pendingBytes,
                Hits = Interlocked.Read(ref _counters.Hits),
                Misses = Interlocked.Read(ref _counters.Misses),
                Writes = _counters.Writes,
                Dropped = _counters.Dropped,
                NotAdmitted = _counters.NotAdmitted,
                TooLong = _counters.TooLong,
                CorruptRecords = Interlocked.Read(ref _counters.CorruptRecords),
                DeviceFaults = Interlocked.Read(ref _counters.DeviceFaults),
                BrokenSegments = broken,
                Reclaims = Interlocked.Read(ref _counters.Reclaims),
                ReinsertedBytes = _counters.ReinsertedBytes,
                UserBytes = _counters.UserBytes,
                DeviceBytes = Interlocked.Read(ref _counters.DeviceBytes),
                RecoveredEntries = _counters.RecoveredEntries,
                OpenTime = _counters.OpenTime,
                RecoveryTime = _counters.RecoveryTime,
            };
        }
    }
}
