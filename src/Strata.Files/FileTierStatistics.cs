namespace Strata.Files;

/// <summary>What a <see cref="FileTier"/> has done since it was opened, and what it holds. Taken one after another, so that under traffic they need not fit together to the last one.</summary>
public readonly record struct FileTierStatistics
{
    /// <summary>The entries that the index knows. Some may be over in time or invalidated by a rule, which shows when they are read.</summary>
    public long Entries { get; init; }

    /// <summary>The bytes on disk of records that the index knows, rounded up to eight steps an octave.</summary>
    public long LiveBytes { get; init; }

    /// <summary>The bytes of records in segments that the index knows no more.</summary>
    public long DeadBytes { get; init; }

    /// <summary>The length of all files, in bytes.</summary>
    public long DiskBytes { get; init; }

    /// <summary>The most that <see cref="DiskBytes"/> may be.</summary>
    public long CapacityBytes { get; init; }

    /// <summary>The memory of the index, in bytes.</summary>
    public long IndexBytes { get; init; }

    /// <summary>The bytes in memory that were not handed to the system yet.</summary>
    public long PendingBytes { get; init; }

    /// <summary>Reads that found a value, stale ones too.</summary>
    public long Hits { get; init; }

    /// <summary>Reads that found none.</summary>
    public long Misses { get; init; }

    /// <summary>Writes that were taken.</summary>
    public long Writes { get; init; }

    /// <summary>Writes that were refused because the memory for what is not written yet, or the disk, was full.</summary>
    public long Dropped { get; init; }

    /// <summary>Writes that were refused by <see cref="FileTierOptions.AdmitsOnSecondWrite"/> or <see cref="FileTierOptions.WriteBytesPerSecond"/>.</summary>
    public long NotAdmitted { get; init; }

    /// <summary>Writes that were refused because the value is too long.</summary>
    public long TooLong { get; init; }

    /// <summary>Records that were found damaged, in reads and in recovery.</summary>
    public long CorruptRecords { get; init; }

    /// <summary>Calls to the device that failed.</summary>
    public long DeviceFaults { get; init; }

    /// <summary>Segments that are out of use because a write to them failed. One a second is tried again.</summary>
    public int BrokenSegments { get; init; }

    /// <summary>Segments that were emptied to be written again.</summary>
    public long Reclaims { get; init; }

    /// <summary>The bytes of records written again because they were read since.</summary>
    public long ReinsertedBytes { get; init; }

    /// <summary>The bytes of the keys and values that were taken.</summary>
    public long UserBytes { get; init; }

    /// <summary>All bytes that were handed to the system.</summary>
    public long DeviceBytes { get; init; }

    /// <summary>Entries found when the tier was opened; grows until <see cref="FileTier.IsRecovered"/>.</summary>
    public long RecoveredEntries { get; init; }

    /// <summary>How long it took until the tier could be used.</summary>
    public TimeSpan OpenTime { get; init; }

    /// <summary>How long it took until every entry was found; zero before that.</summary>
    public TimeSpan RecoveryTime { get; init; }

    /// <summary>The bytes written for each byte of a key or value; 0 before the first.</summary>
    public double WriteAmplification => UserBytes == 0 ? 0 : (double)DeviceBytes / UserBytes;
}
