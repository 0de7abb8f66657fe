namespace Strata.Files.Segments;

/// <summary>What the store counts. Fields are added to with <see cref="Interlocked"/> where several threads do.</summary>
internal sealed class StoreCounters
{
    public long Hits;
    public long Misses;
    public long Writes;
    public long Dropped;
    public long NotAdmitted;
    public long TooLong;
    public long CorruptRecords;
    public long DeviceFaults;
    public long Reclaims;
    public long ReinsertedBytes;
    public long UserBytes;
    public long DeviceBytes;
    public long RecoveredEntries;
    public TimeSpan OpenTime;
    public TimeSpan RecoveryTime;
}
