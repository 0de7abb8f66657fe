using Strata.Engine;
using Strata.Engine.Removals;
using Strata.Entries;

namespace Strata.Tiers;

/// <summary>The settings of a <see cref="MemoryTier"/>, read and checked once when it is made.</summary>
public class MemoryTierOptions
{
    private const int ShareOfCapacity = 4;
    private const int QueueShareOfCapacity = 8;

    /// <summary>
    /// The memory the tier may use, in bytes, with keys, values, index and all other overhead. Default 256 MiB; 1 MiB to 1 TiB. It is taken
    /// from the system as it fills. When it is full, the entries least likely to be read again make room; a new
    /// entry is refused only when readers and writers that are at work hold the memory it would need.
    /// </summary>
    public long CapacityBytes { get; set; } = 256L << 20;

    /// <summary>
    /// The address space reserved at the start, in bytes: the bound of any later growth of the capacity. Default 0, which means <see cref="CapacityBytes"/>;
    /// otherwise from there to 1 TiB.
    /// </summary>
    public long MaxCapacityBytes { get; set; }

    /// <summary>The time to live of entries that name none. Default <c>null</c>: they stay until they are evicted or removed. Bounds as for <see cref="EntryOptions.Ttl"/>.</summary>
    public TimeSpan? DefaultTtl { get; set; }

    /// <summary>The longest value, in bytes. Default 0, which means the most that is allowed: a quarter of <see cref="CapacityBytes"/>, and at most 1 GiB.</summary>
    public long MaxValueBytes { get; set; }

    /// <summary>The source of time for every expiry and delay. Default <see cref="TimeProvider.System"/>. Times to live run on its monotonic timestamp: setting the computer's clock changes none.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Whether a timer takes back the memory of expired entries when there is no traffic. Default <c>true</c>. Reads see no expired entry in either case.</summary>
    public bool BackgroundMaintenance { get; set; } = true;

    /// <summary>
    /// Is told what leaves the tier: evicted, expired, removed, replaced or cleared. Default <c>null</c>: nobody, and it costs nothing. Called on the thread pool, outside all locks, one
    /// call at a time; what it is too slow for is counted in <see cref="StoreStatistics.RemovalsDropped"/>. With <see cref="BackgroundMaintenance"/> off it is called only when the tier is disposed.
    /// </summary>
    public RemovalListener? RemovalListener { get; set; }

    /// <summary>The longest value that <see cref="RemovalListener"/> is shown, in bytes; of longer ones it learns the length. Default 4096; 0 to 65,536.</summary>
    public int RemovalValueBytes { get; set; } = 4096;

    /// <summary>
    /// The memory for what <see cref="RemovalListener"/> was not told yet, in bytes, a part of <see cref="CapacityBytes"/>. Default 0, which chooses by the capacity; at most an
    /// eighth of it.
    /// </summary>
    public long RemovalQueueBytes { get; set; }

    /// <summary>
    /// Whether <see cref="MemoryTier.GetInsight"/> estimates the hit ratio at other capacities. Default <c>false</c>. When <c>true</c>, it takes a 64th of the capacity, at least 64 KiB and at most 1 MiB, and
    /// reads of a few thousand sampled keys at most take two to three times as long.
    /// </summary>
    public bool EstimatesHitRatios { get; set; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentException">A setting is outside its bounds; the message names it, its value and the bounds.</exception>
    internal ByteStoreOptions ToStoreOptions()
    {
        ThrowIfOutside(CapacityBytes, ByteStoreOptions.MinCapacityBytes, ByteStoreOptions.LimitCapacityBytes, nameof(CapacityBytes));
        if (MaxCapacityBytes != 0)
            ThrowIfOutside(MaxCapacityBytes, CapacityBytes, ByteStoreOptions.LimitCapacityBytes, nameof(MaxCapacityBytes), $" (or 0 for {nameof(CapacityBytes)})");
        if (MaxValueBytes != 0)
            ThrowIfOutside(MaxValueBytes, 1, Math.Min(CapacityBytes / ShareOfCapacity, ByteStoreOptions.LimitValueBytes), nameof(MaxValueBytes), $" (a quarter of {nameof(CapacityBytes)}, or 1 GiB if that is less; 0 stands for it)");
        ThrowIfOutside(RemovalValueBytes, 0, ByteStoreOptions.LimitRemovalValueBytes, nameof(RemovalValueBytes));
        ThrowIfOutside(RemovalQueueBytes, 0, CapacityBytes / QueueShareOfCapacity, nameof(RemovalQueueBytes), $" (an eighth of {nameof(CapacityBytes)}; 0 chooses)");
        if (DefaultTtl is { } ttl)
            EntryOptions.ThrowIfNotTtl(ttl, nameof(DefaultTtl));
        if (TimeProvider is null)
            throw new ArgumentNullException(nameof(TimeProvider), $"{nameof(TimeProvider)} is null; leave it at {nameof(TimeProvider)}.System or give a clock.");
        return new ByteStoreOptions
        {
            CapacityBytes = CapacityBytes,
            MaxCapacityBytes = MaxCapacityBytes,
            DefaultTtl = DefaultTtl,
            MaxValueBytes = MaxValueBytes,
            TimeProvider = TimeProvider,
            BackgroundMaintenance = BackgroundMaintenance,
            RemovalListener = RemovalListener,
            RemovalValueBytes = RemovalValueBytes,
            RemovalQueueBytes = RemovalQueueBytes,
            EstimatesHitRatios = EstimatesHitRatios,
        };
    }

    private static void ThrowIfOutside(long value, long least, long most, string name, string note = "")
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value} bytes; it must be {least} to {most} bytes{note}.");
    }
}
