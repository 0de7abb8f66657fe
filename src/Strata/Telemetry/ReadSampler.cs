using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Strata.Engine;

namespace Strata.Telemetry;

/// <summary>Times about one read of memory in 1,024, while somebody listens. Each thread counts by itself, over all caches.</summary>
internal sealed class ReadSampler(Histogram<double> durations, TierCounters memory, TimeProvider time)
{
    private static readonly CallSampler s_sampler = new(1024);

    /// <summary>Whether the caller is to time its next read, given that somebody listens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDue() => s_sampler.Picks();

    /// <summary>Whether anybody listens.</summary>
    public bool IsOn => durations.Enabled;

    public long Begin() => time.GetTimestamp();

    public void End(long start, ReadOutcome outcome) =>
        durations.Record(time.GetElapsedTime(start).TotalSeconds, memory.TagsOf(TierOperation.Get, outcome == ReadOutcome.Miss ? TierOutcome.Miss : TierOutcome.Hit));
}
