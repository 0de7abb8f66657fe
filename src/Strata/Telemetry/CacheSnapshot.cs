using Strata.Backplane;
using Strata.Engine;

namespace Strata.Telemetry;

/// <summary>What the instruments read of one cache.</summary>
internal sealed record CacheSnapshot(CacheTelemetry Telemetry, CacheStatistics Statistics, StoreStatistics Store, BackplaneStatistics Backplane, TimeSpan OldestLoad)
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

    public IEnumerable<Reading> TierRequests => Telemetry.Tiers.SelectMany(tier => tier.Readings);

    // The numbers are of slightly different moments.
    private Reading Kind(string kind, long bytes) => new(Math.Max(0, bytes), new(Name) { Kind = kind });
}
