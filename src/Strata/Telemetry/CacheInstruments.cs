using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Strata.Telemetry;

/// <summary>
/// The instruments of one meter, shared by the caches that report through it. All but the histograms are observed: they read counters that are kept anyway, when somebody asks. A cache that was disposed or forgotten reports
/// nothing, and no instrument keeps one alive.
/// </summary>
internal sealed class CacheInstruments
{
    private static readonly Meter s_own = new(TelemetryNames.Source);
    private static readonly ConditionalWeakTable<Meter, CacheInstruments> s_byMeter = [];
    private static readonly Lock s_gate = new();

    private static readonly InstrumentAdvice<double> s_tierBuckets = new() { HistogramBucketBoundaries = [1e-7, 2.5e-7, 5e-7, 1e-6, 1e-5, 1e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] };
    private static readonly InstrumentAdvice<double> s_loadBuckets = new() { HistogramBucketBoundaries = [1e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

    private readonly Lock _gate = new();
    private readonly List<WeakReference<TieredCache>> _caches = [];
    private readonly Meter _meter;

    private CacheInstruments(Meter meter)
    {
        _meter = meter;
        TierDuration = meter.CreateHistogram("strata.cache.tier.duration", "s", "How long a tier took to answer; of memory, about one read in 1,024.", tags: null, s_tierBuckets);
        LoadDuration = meter.CreateHistogram("strata.cache.load.duration", "s", "How long a factory took.", tags: null, s_loadBuckets);

        CountMany("dotnet.cache.requests", "{request}", "Reads, by whether a kept value answered them.", static cache => cache.Requests);
        Count("dotnet.cache.evictions", "{eviction}", "Entries dropped from memory to make room.", static cache => cache.Store.Evictions);
        Gauge("dotnet.cache.entries", "{entry}", "Entries in memory.", static cache => cache.Store.EntryCount);
        Gauge("dotnet.cache.estimated_size", "By", "Bytes of memory in use, with index and all overhead.", static cache => cache.Store.UsedBytes);

        Count("strata.cache.writes", "{entry}", "Entries written to memory.", static cache => cache.Store.Writes);
        Count("strata.cache.removals", "{entry}", "Entries removed from memory by a caller.", static cache => cache.Store.Removals);
        Count("strata.cache.expirations", "{entry}", "Entries whose time had come and whose memory was taken back.", static cache => cache.Store.Expirations);
        GaugeMany("strata.cache.memory.usage", "By", "Bytes of memory in use, by kind.", static cache => cache.BytesByKind);
        Gauge("strata.cache.memory.capacity", "By", "Bytes of memory that may be used.", static cache => cache.Store.CapacityBytes);

        Count("strata.cache.loads", "{load}", "Factories called.", static cache => cache.Statistics.Loads);
        Count("strata.cache.load.failures", "{load}", "Loads that ended with an exception, cancelled ones among them.", static cache => cache.Statistics.LoadFailures);
        Count("strata.cache.load.timeouts", "{load}", "Loads that their hard deadline ended.", static cache => cache.Statistics.LoadsTimedOut);
        Count("strata.cache.load.joins", "{request}", "Calls that waited for a load which another caller had started.", static cache => cache.Statistics.JoinedLoads);
        Count("strata.cache.load.unkept", "{load}", "Loads whose value went to the callers but is not kept.", static cache => cache.Statistics.LoadsNotKept);
        Gauge("strata.cache.load.inflight", "{load}", "Loads, lookups and copies of a warm-up under way.", static cache => cache.Statistics.LoadsInFlight);
        meter.CreateObservableGauge("strata.cache.load.oldest", OldestLoads, "s", "The age of the oldest load under way; 0 when there is none.");

        Count("strata.cache.refreshes", "{load}", "Loads started in the background to renew a value that is still served.", static cache => cache.Statistics.Refreshes);
        Count("strata.cache.stale_served", "{request}", "Calls answered with a stale value because a load failed or was late.", static cache => cache.Statistics.StaleServed);
        Count("strata.cache.payload.unreadable", "{payload}", "Entries found that were no value of the type asked for.", static cache => cache.Statistics.UnreadablePayloads);
        CountMany("strata.cache.tier.requests", "{request}", "Calls to the tiers behind memory, by how they answered.", static cache => cache.TierRequests);
        GaugeMany("strata.cache.tier.breaker.state", "{breaker}", "Breakers of the tiers behind memory, by their state.", static cache => cache.BreakerStates);
        CountMany("strata.cache.tier.breaker.openings", "{opening}", "How often breakers opened, after failed probes too.", static cache => cache.BreakerOpenings);
        CountMany("strata.cache.tier.rejections", "{request}", "Calls that a guard did not let through to its tier.", static cache => cache.GuardRejections);
        CountMany("strata.cache.tier.timeouts", "{request}", "Calls to tiers that were given up at their deadline.", static cache => cache.GuardTimeouts);
        GaugeMany("strata.cache.tier.abandoned", "{request}", "Calls to tiers that were given up and have not ended.", static cache => cache.GuardAbandoned);
        GaugeMany("strata.cache.tier.pending", "{write}", "Writes that tiers have not got yet: queued, or failed.", static cache => cache.PendingWrites);
        GaugeMany("strata.cache.tier.pending_size", "By", "Memory for writes that tiers have not got yet.", static cache => cache.PendingBytes);
        CountMany("strata.cache.tier.replays", "{write}", "Writes that tiers got later than they were asked for.", static cache => cache.ReplayedWrites);
        CountMany("strata.cache.tier.drops", "{write}", "Values that tiers never got, for want of room in their queue.", static cache => cache.DroppedWrites);
        Count("strata.cache.tier.superseded", "{write}", "Values that tiers did not take, since they have newer ones.", static cache => cache.Statistics.TierSuperseded);
        Count("strata.cache.backplane.published", "{message}", "Messages with changes that were published to other nodes.", static cache => cache.Backplane.Published);
        Count("strata.cache.backplane.publish_failures", "{attempt}", "Attempts to publish that the transport did not take; they are repeated.", static cache => cache.Backplane.PublishFailures);
        Count("strata.cache.backplane.received", "{message}", "Messages of other nodes that were understood.", static cache => cache.Backplane.Received);
        Count("strata.cache.backplane.rejected", "{message}", "Messages that were garbled, of another format, or not authenticated.", static cache => cache.Backplane.Rejected);
        Count("strata.cache.backplane.suspicions", "{suspicion}", "Times that all entries were taken for outdated, since messages were missed.", static cache => cache.Backplane.Suspicions);
        Gauge("strata.cache.backplane.nodes", "{node}", "Other nodes that were heard of lately.", static cache => cache.Backplane.Nodes);
        Count("strata.cache.listener.failures", "{failure}", "Exceptions of the listener of the cache's events.", static cache => cache.Telemetry.ListenerFailures);
    }

    public Histogram<double> TierDuration { get; }

    public Histogram<double> LoadDuration { get; }

    /// <summary>The instruments of the meter that a factory makes, or of the process's own.</summary>
    public static CacheInstruments Of(IMeterFactory? factory)
    {
        Meter meter = factory?.Create(TelemetryNames.Source) ?? s_own;
        lock (s_gate)
        {
            if (!s_byMeter.TryGetValue(meter, out CacheInstruments? instruments))
                s_byMeter.Add(meter, instruments = new CacheInstruments(meter));
            return instruments;
        }
    }

    public void Add(TieredCache cache)
    {
        lock (_gate)
        {
            _caches.RemoveAll(static known => !known.TryGetTarget(out _));
            _caches.Add(new(cache));
        }
    }

    public void Remove(TieredCache cache)
    {
        lock (_gate)
            _caches.RemoveAll(known => !known.TryGetTarget(out TieredCache? target) || target == cache);
    }

    private void Count(string name, string unit, string description, Func<CacheSnapshot, long> of) => CountMany(name, unit, description, cache => [new(of(cache), new(cache.Name))]);

    private void Gauge(string name, string unit, string description, Func<CacheSnapshot, long> of) => GaugeMany(name, unit, description, cache => [new(of(cache), new(cache.Name))]);

    private void CountMany(string name, string unit, string description, Func<CacheSnapshot, IEnumerable<Reading>> of) => _meter.CreateObservableCounter(name, () => Sums(of), unit, description);

    private void GaugeMany(string name, string unit, string description, Func<CacheSnapshot, IEnumerable<Reading>> of) => _meter.CreateObservableUpDownCounter(name, () => Sums(of), unit, description);

    /// <summary>One measurement for each set of tags: caches of one name count together.</summary>
    private IEnumerable<Measurement<long>> Sums(Func<CacheSnapshot, IEnumerable<Reading>> of) =>
        Snapshots().SelectMany(of).GroupBy(static reading => reading.Tags, static reading => reading.Value).Select(static same => new Measurement<long>(same.Sum(), same.Key.ToArray()));

    private IEnumerable<Measurement<double>> OldestLoads() =>
        Snapshots().GroupBy(static cache => cache.Name, static cache => cache.OldestLoad).Select(static same => new Measurement<double>(same.Max().TotalSeconds, new CacheTags(same.Key).ToArray()));

    private List<CacheSnapshot> Snapshots()
    {
        WeakReference<TieredCache>[] caches;
        lock (_gate)
            caches = [.. _caches];
        List<CacheSnapshot> snapshots = [];
        foreach (WeakReference<TieredCache> known in caches)
        {
            if (known.TryGetTarget(out TieredCache? cache) && cache.TryObserve() is { } snapshot)
                snapshots.Add(snapshot);
        }

        return snapshots;
    }
}
