using System.Numerics;
using Strata.Entries;
using Strata.Files.Layout;

namespace Strata.Files;

/// <summary>The settings of a <see cref="FileTier"/>, read and checked once when it is opened.</summary>
public sealed class FileTierOptions
{
    internal const int LeastSegments = 4;
    private const int MinSegmentBytes = 8 << 20;
    private const int MaxSegmentBytes = StoreHeader.MaxSegmentBytes;
    private const int SegmentsWanted = 64;

    /// <summary>The room on disk, in bytes, for all files of the store: they never take more. Default 1 GiB; 33 MiB to 1 TiB. A store that has more is shortened when it is opened, oldest entries first; one that has less grows, to 256 segments or at least four times what it was made with.</summary>
    public long CapacityBytes { get; set; } = 1L << 30;

    /// <summary>The length of a segment file, a power of two of bytes from 8 to 64 MiB. Default 0, which chooses by the capacity. A store keeps the length it was made with.</summary>
    public int SegmentBytes { get; set; }

    /// <summary>The longest value, in bytes. Default 0, which stands for the most: a quarter of a segment.</summary>
    public int MaxValueBytes { get; set; }

    /// <summary>The time to live of entries that name none. Default <c>null</c>: they stay until they are the oldest. Bounds as for <see cref="EntryOptions.Ttl"/>.</summary>
    public TimeSpan? DefaultTtl { get; set; }

    /// <summary>What values are worth that were written before the tier was opened. Default <see cref="RecoveredEntries.Stale"/>.</summary>
    public RecoveredEntries RecoveredEntries { get; set; }

    /// <summary>
    /// The bytes that may wait to be written. Default 16 MiB; 1 MiB to 1 GiB; a longer value is taken when nothing else waits. They lie in arrays of up to 1 MiB, half full at the worst. A write that finds it full is refused and counted in <see cref="FileTierStatistics.Dropped"/>; it never waits.
    /// </summary>
    public int WriteBufferBytes { get; set; } = 16 << 20;

    /// <summary>How long a written value stays in memory alone at most, while the disk keeps up. Default 100 ms; 1 ms to 1 minute. A process that is killed loses so much of its last writes.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Whether a key must be written twice before it is kept, to spare the disk what is never asked again. Default <c>false</c>. The first write is refused and counted in
    /// <see cref="FileTierStatistics.NotAdmitted"/>; the key is remembered, among as many others as the store has room for at 4 KiB each, until these have been written. Keys that are there are always written.
    /// </summary>
    public bool AdmitsOnSecondWrite { get; set; }

    /// <summary>The bytes a second that writes may take on average; what is more is refused and counted in <see cref="FileTierStatistics.NotAdmitted"/>. Default 0: no limit. Otherwise 64 KiB or more; a second's bytes may come at once.</summary>
    public long WriteBytesPerSecond { get; set; }

    /// <summary>The part of a segment's bytes that may be written again, when it is emptied, because they were read since. Default 0.1; 0 to 0.2.</summary>
    public double ReinsertedShare { get; set; } = 0.1;

    /// <summary>The source of time. Default <see cref="TimeProvider.System"/>. While the tier is open, times to live run on its monotonic timestamp; across restarts on its wall clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Whether a thread of the pool writes, empties segments and recovers. For tests: when not, <c>Pump</c> and <c>Recover</c> of the store do.</summary>
    internal bool WorksInBackground { get; set; } = true;

    /// <summary>For tests: segments of any power of two from 8 KiB.</summary>
    internal bool AllowsTinySegments { get; set; }

    internal bool HasTtlClasses { get; set; } = true;

    /// <summary>Checks every setting, and fills in what was left to us.</summary>
    /// <exception cref="ArgumentException">A setting is outside its bounds; the message names it, its value and the bounds.</exception>
    internal FileTierOptions Checked()
    {
        var options = (FileTierOptions)MemberwiseClone();
        if (SegmentBytes == 0)
            options.SegmentBytes = (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, CapacityBytes / SegmentsWanted)), MinSegmentBytes, MaxSegmentBytes);
        int least = AllowsTinySegments ? 2 * SegmentHeader.BlockBytes : MinSegmentBytes;
        ThrowIfOutside(options.SegmentBytes, least, MaxSegmentBytes, nameof(SegmentBytes));
        if (!BitOperations.IsPow2(options.SegmentBytes))
            throw new ArgumentOutOfRangeException(nameof(SegmentBytes), SegmentBytes, $"{nameof(SegmentBytes)} is {SegmentBytes}; it must be a power of two.");
        ThrowIfOutside(CapacityBytes, (long)LeastSegments * options.SegmentBytes + StoreHeader.FileBytes, AllowsTinySegments ? 1L << 40 : Math.Min(1L << 40, ((long)options.SegmentBytes << LocationFormat.MaxSegmentBits) - 1), nameof(CapacityBytes), $" with segments of {options.SegmentBytes} bytes");
        if (MaxValueBytes != 0)
            ThrowIfOutside(MaxValueBytes, 1, options.SegmentBytes / 4, nameof(MaxValueBytes), $" (a quarter of {nameof(SegmentBytes)}; 0 stands for it)");
        else
            options.MaxValueBytes = options.SegmentBytes / 4;
        if (!AllowsTinySegments)
            ThrowIfOutside(WriteBufferBytes, 1 << 20, 1 << 30, nameof(WriteBufferBytes));
        if (WriteBytesPerSecond != 0)
            ThrowIfOutside(WriteBytesPerSecond, 1 << 16, long.MaxValue, nameof(WriteBytesPerSecond), " (0 for no limit)");
        if (FlushInterval < TimeSpan.FromMilliseconds(1) || FlushInterval > TimeSpan.FromMinutes(1))
            throw new ArgumentOutOfRangeException(nameof(FlushInterval), FlushInterval, $"{nameof(FlushInterval)} is {FlushInterval}; it must be 1 millisecond to 1 minute.");
        if (!(ReinsertedShare >= 0 && ReinsertedShare <= 0.2))
            throw new ArgumentOutOfRangeException(nameof(ReinsertedShare), ReinsertedShare, $"{nameof(ReinsertedShare)} is {ReinsertedShare}; it must be 0 to 0.2.");
        if (!Enum.IsDefined(RecoveredEntries))
            throw new ArgumentOutOfRangeException(nameof(RecoveredEntries), RecoveredEntries, $"{nameof(RecoveredEntries)} is {(int)RecoveredEntries}; it must be {nameof(Files.RecoveredEntries.Stale)} or {nameof(Files.RecoveredEntries.Trusted)}.");
        if (TimeProvider is null)
            throw new ArgumentNullException(nameof(TimeProvider), $"{nameof(TimeProvider)} is null; leave it at {nameof(TimeProvider)}.System or give a clock.");
        // The options of one entry have the same bounds, and check them.
        if (DefaultTtl is { } ttl)
            _ = new EntryOptions { Ttl = ttl };
        return options;
    }

    private static void ThrowIfOutside(long value, long least, long most, string name, string note = "")
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value} bytes; it must be {least} to {most} bytes{note}.");
    }
}
