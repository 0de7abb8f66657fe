using Strata.Backplane;
using Strata.Engine;
using Strata.Guards;
using Strata.Stacking;

namespace Strata.Telemetry;

/// <summary>What the instruments read of one cache.</summary>
internal sealed record CacheSnapshot(CacheTelemetry Telemetry, StackedTier[] Stack, CacheStatistics Statistics, StoreStatistics Store, BackplaneStatistics Backplane, TimeSpan OldestLoad)
{
    public string Name => Telemetry.Name;

    public IEnumerable<Reading> Requests =>
    [
        new(Statistics.Hits, new(Name) { RequestType = "hit" }),
        new(Statistics.Misses, new(Name) { RequestType = "miss" }),
    ];

    /// <summary>The bytes in use by what they are used for; they add up to <see cref="StoreStatistics.UsedBytes"/>.</summary>
    public IEnumerable<Reading> BytesByKind =>
    [
        Kind("live", Store.RecordBytes - Store.ExpiredBytes),
        Kind("expired", Store.ExpiredBytes),
        Kind("free", Store.SlabBytes - Store.RecordBytes),
        Kind("index", Store.IndexBytes),
        Kind("pinned", Store.PinnedBytes),
        Kind("other", Store.UsedBytes - Store.SlabBytes - Store.IndexBytes - Store.PinnedBytes),
    ];

    /// <summary>One a guarded tier: its breaker is in this state.</summary>
    public IEnumerable<Reading> BreakerStates => Guarded(static guard => 1, static guard => TelemetryNames.Of(guard.State));

    public IEnumerable<Reading> BreakerOpenings => Guarded(static guard => guard.Openings);

    public IEnumerable<Reading> GuardRejections => Guarded(static guard => guard.Rejected);

    public IEnumerable<Reading> GuardTimeouts => Guarded(static guard => guard.TimedOut);

    public IEnumerable<Reading> GuardAbandoned => Guarded(static guard => guard.Abandoned);

    public IEnumerable<Reading> PendingWrites => Stacked(static tier => tier.Pending?.Count ?? 0);

    public IEnumerable<Reading> PendingBytes => Stacked(static tier => tier.Pending?.LengthBytes ?? 0);

    public IEnumerable<Reading> ReplayedWrites => Stacked(static tier => tier.Replayed);

    public IEnumerable<Reading> DroppedWrites => Stacked(static tier => tier.Pending?.Dropped ?? 0);

    public IEnumerable<Reading> TierRequests => Telemetry.Tiers.SelectMany(tier => tier.Readings);

    private IEnumerable<Reading> Guarded(Func<GuardStatistics, long> of, Func<GuardStatistics, string>? kindOf = null) =>
        from tier in Stack
        where tier.Guard is not null
        let guard = tier.Guard!.Statistics
        select new Reading(of(guard), new(Name) { Tier = tier.Name, Kind = kindOf?.Invoke(guard) });

    private IEnumerable<Reading> Stacked(Func<StackedTier, long> of) =>
        from tier in Stack
        where tier.Pending is not null
        select new Reading(of(tier), new(Name) { Tier = tier.Name });

    // The numbers are of slightly different moments.
    private Reading Kind(string kind, long bytes) => new(Math.Max(0, bytes), new(Name) { Kind = kind });
}
