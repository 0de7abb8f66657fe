using System.Diagnostics;
using Strata.Demo.Shop;
using Strata.Demo.Traffic;
using Strata.Telemetry;

namespace Strata.Demo.Measuring;

/// <summary>Sends the traffic to one shop for a while, from several tasks, and measures.</summary>
internal sealed class TrafficRun(string name, IShop shop, IRequestSource source, DemoOptions options)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The end of a run, in which a cache that started empty has warmed up: a fifth.</summary>
    private const double LateShare = 0.2;

    /// <summary>Queries the database has answered so far.</summary>
    public required Func<long> QueryCount { get; init; }

    /// <summary>The cache's own counters; null without a cache.</summary>
    public Func<CacheStatistics>? Statistics { get; init; }

    public async Task<RunResult> RunAsync(ProgressLine progress, CancellationToken cancellation)
    {
        var duration = TimeSpan.FromSeconds(options.Seconds);
        Visitor[] visitors = [.. Enumerable.Range(0, options.TaskCount).Select(task => new Visitor(shop, source.Open(task, options.TaskCount)))];
        // What the run before left behind is not this run's work.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GcSnapshot before = GcSnapshot.Take();
        long queriesBefore = QueryCount();

        long start = Stopwatch.GetTimestamp();
        Task all = Task.WhenAll(visitors.Select(visitor => Task.Run(() => visitor.RunAsync(duration, cancellation), cancellation)));
        (TimeSpan Elapsed, long Answered) late = default;
        while (await Task.WhenAny(all, Task.Delay(ReportInterval, cancellation)).ConfigureAwait(false) != all)
        {
            TimeSpan soFar = Stopwatch.GetElapsedTime(start);
            if (late == default && soFar >= duration * (1 - LateShare))
                late = (soFar, Answered(visitors));
            progress.Show(Describe(visitors, soFar, duration, QueryCount() - queriesBefore));
        }

        await all.ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

        GcSnapshot used = GcSnapshot.Take() - before;
        progress.Finish(Describe(visitors, elapsed, duration, QueryCount() - queriesBefore));
        var latencies = new LatencyHistogram();
        foreach (Visitor visitor in visitors)
            latencies.Add(visitor.Latencies);
        return new RunResult
        {
            Duration = elapsed,
            RequestCount = latencies.Count,
            LateRequestsPerSecond = (latencies.Count - late.Answered) / (elapsed - late.Elapsed).TotalSeconds,
            QueryCount = QueryCount() - queriesBefore,
            MedianLatency = ToTime(latencies.Quantile(0.5)),
            Latency99 = ToTime(latencies.Quantile(0.99)),
            AllocatedBytes = used.AllocatedBytes,
            ManagedBytes = GC.GetTotalMemory(forceFullCollection: true),
            Cache = Statistics?.Invoke(),
            CollectionCount = used.CollectionCount,
            PauseTime = used.PauseTime,
        };
    }

    private static long Answered(Visitor[] visitors) => visitors.Sum(static visitor => visitor.Answered);

    private static TimeSpan ToTime(long stopwatchTicks) => Stopwatch.GetElapsedTime(0, stopwatchTicks);

    private string Describe(Visitor[] visitors, TimeSpan elapsed, TimeSpan duration, long queryCount)
    {
        long answered = Answered(visitors);
        double perSecond = answered / Math.Max(0.001, elapsed.TotalSeconds);
        // Tasks count their requests in their own time, so the two sums may be a few requests apart.
        double saved = answered == 0 ? 0 : Math.Max(0, 1 - (double)queryCount / answered);
        return $"{name,-13} {elapsed.TotalSeconds,5:0.0}/{duration.TotalSeconds:0.#} s {answered,11:N0} requests {perSecond,9:N0}/s {saved,7:P1} saved";
    }
}
