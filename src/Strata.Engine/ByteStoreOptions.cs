using Strata.Engine.Eviction;
using Strata.Engine.Removals;

namespace Strata.Engine;

/// <summary>The settings of a <see cref="ByteStore"/>, read once when the store is created.</summary>
public sealed class ByteStoreOptions
{
    /// <summary>The smallest capacity a store accepts: 1 MiB.</summary>
    public const long MinCapacityBytes = 1L << 20;

    /// <summary>The largest capacity a store accepts: 1 TiB, what a 38-bit location in units of 4 bytes can address.</summary>
    public const long LimitCapacityBytes = 1L << 40;

    /// <summary>The longest key a store accepts, in bytes: 4096.</summary>
    public const int MaxKeyBytes = 4096;

    /// <summary>The longest value any store accepts, in bytes: 1 GiB.</summary>
    public const int LimitValueBytes = 1 << 30;

    /// <summary>The longest value that a removal listener can be shown, in bytes: 65,536.</summary>
    public const int LimitRemovalValueBytes = 64 << 10;

    /// <summary>The queue of removals takes at most this part of the capacity: an eighth.</summary>
    internal const int RemovalQueueShare = 8;

    /// <summary>
    /// The memory the store may use, in bytes, with its index and all its metadata. Default 256 MiB; at least 1 MiB. Memory is
    /// taken from the system as it fills, and never more than this; on Windows all of it counts against the system's commit limit at once.
    /// </summary>
    public long CapacityBytes { get; set; } = 256L << 20;

    /// <summary>
    /// The address space reserved at creation, in bytes: the bound of any later growth of the capacity. Default 0, which means
    /// <see cref="CapacityBytes"/>. Reserving costs no memory; on Windows it counts against the system's commit limit.
    /// </summary>
    public long MaxCapacityBytes { get; set; }

    /// <summary>The time to live of entries that are written without one. Default null: they do not expire. Positive; rounded down to whole milliseconds, but never below one.</summary>
    public TimeSpan? DefaultTtl { get; set; }

    /// <summary>
    /// The longest value accepted, in bytes. Default 0, which means a quarter of the capacity, and at most 1 GiB; a larger setting is refused.
    /// </summary>
    public long MaxValueBytes { get; set; }

    /// <summary>
    /// What eviction tries to have few of: misses (<see cref="EvictionGoal.ObjectHits"/>, the default: a miss costs its caller one load, large or small) or missed
    /// bytes (<see cref="EvictionGoal.ByteHits"/>, for stores that spare a link or a disk whose cost is its bytes).
    /// </summary>
    public EvictionGoal Favor { get; set; } = EvictionGoal.ObjectHits;

    /// <summary>The source of time for expiry. Default <see cref="TimeProvider.System"/>; its timestamps must be monotonic.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>
    /// Whether a background timer reclaims expired entries when there is no traffic. Default true. When false, the owner calls
    /// <see cref="ByteStore.Maintain"/>.
    /// </summary>
    public bool BackgroundMaintenance { get; set; } = true;

    /// <summary>
    /// Is told what leaves the store, and why. Default null: nobody, and it costs nothing. With one, each entry that leaves is
    /// copied, under its stripe's lock, into a queue, which is delivered on the thread pool, or by <see cref="ByteStore.Maintain"/> when <see cref="BackgroundMaintenance"/> is off.
    /// </summary>
    public RemovalListener? RemovalListener { get; set; }

    /// <summary>The longest value that <see cref="RemovalListener"/> is shown, in bytes; of longer ones it learns the length. Default 4096; 0 to 65,536.</summary>
    public int RemovalValueBytes { get; set; } = 4096;

    /// <summary>
    /// The managed memory for what <see cref="RemovalListener"/> was not told yet, in bytes, a part of <see cref="CapacityBytes"/>. Default 0, which means a 64th of the capacity and at
    /// most 256 KiB for each stripe; at most an eighth of the capacity. Rounded up, for each stripe, to a power of two that holds two of the longest events: it may take twice as much.
    /// </summary>
    public long RemovalQueueBytes { get; set; }

    /// <summary>
    /// Whether <see cref="ByteStore.GetInsight"/> estimates the hit ratio at other capacities. Default false. When true, the reads and writes of a few thousand sampled keys at most are
    /// replayed on miniature caches: reads of those keys take two to three times as long, all others as long as ever; it takes a 64th of the capacity, at least 64 KiB and at most 1 MiB.
    /// </summary>
    public bool EstimatesHitRatios { get; set; }

    /// <summary>The length of a slab in bytes, a power of two from 8 KiB to 1 MiB; 0 chooses by capacity. For tests and measurements.</summary>
    internal int SlabBytes { get; set; }

    /// <summary>The number of stripes, a power of two; 0 chooses by capacity and processors. For tests and measurements.</summary>
    internal int StripeCount { get; set; }

    /// <summary>The largest number of slabs that records and the chains of long values may use, all stripes together; 0 is no bound but the capacity. For measurements of hit ratio.</summary>
    internal int RecordSlabLimit { get; set; }

    /// <summary>The most entries, all stripes together, whatever they take; 0 is no bound but the capacity. For measurements of hit ratio.</summary>
    internal int EntryLimit { get; set; }

    /// <summary>Which policy evicts. For tests and measurements.</summary>
    internal EvictionMode EvictionMode { get; set; } = EvictionMode.Adaptive;

    /// <summary>The secret of the key hash; null takes the process's own. A degenerate secret makes every key collide. For tests.</summary>
    internal Hashing.HashSecret? HashSecret { get; set; }

    /// <summary>Whether a given <see cref="HashSecret"/> is given up by a stripe that is flooded; the process's own always is. For tests.</summary>
    internal bool RehashesFloods { get; set; }

    /// <summary>Whether pages are filled with <see cref="Memory.PagePool.PoisonByte"/> as they are recycled, so that a use after that shows. Default: in builds that check invariants.</summary>
    internal bool PoisonRecycled { get; set; } = Invariant.AreChecked;
}
