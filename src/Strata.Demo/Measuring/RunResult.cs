using Strata.Telemetry;

namespace Strata.Demo.Measuring;

/// <summary>What one run of the traffic measured.</summary>
internal sealed record RunResult
{
    public required TimeSpan Duration { get; init; }

    /// <summary>Requests answered.</summary>
    public required long RequestCount { get; init; }

    /// <summary>The rate in the last fifth of the run, or in all of it when the requests ran out before.</summary>
    public required double LateRequestsPerSecond { get; init; }

    /// <summary>Queries that reached the database.</summary>
    public required long QueryCount { get; init; }

    public required TimeSpan MedianLatency { get; init; }

    public required TimeSpan Latency99 { get; init; }

    /// <summary>Bytes of managed memory allocated during the run.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Bytes alive in the managed heap after the run, a full collection later.</summary>
    public required long ManagedBytes { get; init; }

    /// <summary>The counters of the cache after the run; null without a cache.</summary>
    public required CacheStatistics? Cache { get; init; }

    public required int CollectionCount { get; init; }

    /// <summary>Time in which the garbage collector held all threads.</summary>
    public required TimeSpan PauseTime { get; init; }

    public double RequestsPerSecond => RequestCount / Duration.TotalSeconds;

    /// <summary>Requests that took no query: without a cache each takes one.</summary>
    public long SavedQueryCount => RequestCount - QueryCount;
}
