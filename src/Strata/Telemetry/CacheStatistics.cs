namespace Strata.Telemetry;

/// <summary>
/// A snapshot of a cache's counters since it was made. Numbers of calls under way may be missing, and two numbers may be of slightly different moments; when no call is
/// under way, <see cref="Hits"/> and <see cref="Misses"/> add up to the reads made, but for those
/// whose destination was too short, which count as neither.
/// </summary>
public readonly record struct CacheStatistics
{
    /// <summary>Reads answered with a value that was kept, in memory or in a tier behind. Of a <c>GetOrAdd</c>: no factory was needed.</summary>
    public long Hits { get; init; }

    /// <summary>Reads that found no value they could use; calls that waited for the load of another among them.</summary>
    public long Misses { get; init; }

    /// <summary>Hits in percent of all reads, 0 to 100; 0 before the first.</summary>
    public double HitRatioPercent => Hits + Misses == 0 ? 0 : 100.0 * Hits / (Hits + Misses);

    /// <summary>Hits answered by a tier behind memory, a part of <see cref="Hits"/>.</summary>
    public long TierHits { get; init; }

    /// <summary>Hits answered with an instance of the object front, without reading the value's bytes; a part of <see cref="Hits"/>.</summary>
    public long FrontHits { get; init; }

    /// <summary>Instances that the object front keeps on the managed heap, of entries that are gone too, until their places are needed.</summary>
    public int FrontInstances { get; init; }

    /// <summary>Factories called.</summary>
    public long Loads { get; init; }

    /// <summary>Loads that ended with an exception, cancelled ones among them.</summary>
    public long LoadFailures { get; init; }

    /// <summary>Calls answered with a stale value because a load failed or was late. They count as misses. Reads in the time that <see cref="Entries.EntryPolicy.RetryDelay"/> gives such a value are hits.</summary>
    public long StaleServed { get; init; }

    /// <summary>Loads started in the background to renew a value that is still served, a part of <see cref="Loads"/>.</summary>
    public long Refreshes { get; init; }

    /// <summary>Loads that their hard deadline ended.</summary>
    public long LoadsTimedOut { get; init; }

    /// <summary>Loads whose value went to the callers but is not kept: a write, removal or clear overtook them, or it was too long, or no memory could be freed.</summary>
    public long LoadsNotKept { get; init; }

    /// <summary>Calls that waited for a load which another caller had started.</summary>
    public long JoinedLoads { get; init; }

    /// <summary>Pauses that loads made while another node loaded the same key (see <see cref="Entries.EntryPolicy.ClusterLease"/>).</summary>
    public long LeaseWaits { get; init; }

    /// <summary>Calls to <see cref="TieredCacheOptions.FlightLeases"/> that failed. The node loads all the same.</summary>
    public long LeaseFaults { get; init; }

    /// <summary>Loads and lookups under way that a new caller would join, and the copies of a warm-up.</summary>
    public int LoadsInFlight { get; init; }

    /// <summary>Entries found whose bytes were not a value of the type asked for. They count as misses.</summary>
    public long UnreadablePayloads { get; init; }

    /// <summary>Calls to tiers behind memory that failed or were refused.</summary>
    public long TierFaults { get; init; }

    /// <summary>Values that a tier behind did not take, since it knew of something newer. Memory has dropped them too.</summary>
    public long TierSuperseded { get; init; }

    /// <summary>Writes, removals and invalidations that a tier behind has not got yet: queued to be written behind, or failed and to be made up for.</summary>
    public long TierPendingWrites { get; init; }

    /// <summary>Writes, removals and invalidations that a tier behind got later than they were asked for.</summary>
    public long TierReplayedWrites { get; init; }

    /// <summary>Values that a tier behind never got, for want of room among the pending ones. Nothing older is read from it.</summary>
    public long TierDroppedWrites { get; init; }

    /// <summary>Entries written to memory, overwrites among them.</summary>
    public long Writes { get; init; }

    /// <summary>Entries removed from memory by a caller.</summary>
    public long Removals { get; init; }

    /// <summary>Entries taken out of memory since an invalidation by tag, namespace, prefix or pattern meant them, a part of <see cref="Removals"/>.</summary>
    public long InvalidatedEntries { get; init; }

    /// <summary>Tags and other rules whose entries are still being taken out of memory. They are in force.</summary>
    public int PendingInvalidations { get; init; }

    /// <summary>Entries dropped from memory to make room.</summary>
    public long Evictions { get; init; }

    /// <summary>Entries whose time had come and whose memory was taken back.</summary>
    public long Expirations { get; init; }

    /// <summary>Entries in memory, expired ones that are not yet reclaimed among them.</summary>
    public long EntryCount { get; init; }

    /// <summary>Bytes of memory in use, with index and all overhead. Never above <see cref="CapacityBytes"/>.</summary>
    public long UsedBytes { get; init; }

    /// <summary>The memory that may be used, in bytes.</summary>
    public long CapacityBytes { get; init; }
}
