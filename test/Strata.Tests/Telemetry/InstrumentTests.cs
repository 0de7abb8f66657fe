using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Telemetry;

public sealed class InstrumentTests : TelemetryFixture
{
    public static TheoryData<string, string, Type, string> All => new()
    {
        { "dotnet.cache.requests", "{request}", typeof(ObservableCounter<long>), "dotnet.cache.name dotnet.cache.request.type" },
        { "dotnet.cache.evictions", "{eviction}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "dotnet.cache.entries", "{entry}", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name" },
        { "dotnet.cache.estimated_size", "By", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name" },
        { "strata.cache.writes", "{entry}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.removals", "{entry}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.expirations", "{entry}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.memory.usage", "By", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name kind" },
        { "strata.cache.memory.capacity", "By", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name" },
        { "strata.cache.loads", "{load}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.load.failures", "{load}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.load.timeouts", "{load}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.load.joins", "{request}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.load.unkept", "{load}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.load.inflight", "{load}", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name" },
        { "strata.cache.load.oldest", "s", typeof(ObservableGauge<double>), "dotnet.cache.name" },
        { "strata.cache.load.duration", "s", typeof(Histogram<double>), "dotnet.cache.name outcome" },
        { "strata.cache.refreshes", "{load}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.stale_served", "{request}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.payload.unreadable", "{payload}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.tier.requests", "{request}", typeof(ObservableCounter<long>), "dotnet.cache.name operation outcome tier" },
        { "strata.cache.tier.breaker.state", "{breaker}", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name kind tier" },
        { "strata.cache.tier.breaker.openings", "{opening}", typeof(ObservableCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.rejections", "{request}", typeof(ObservableCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.timeouts", "{request}", typeof(ObservableCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.abandoned", "{request}", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.pending", "{write}", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.pending_size", "By", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.replays", "{write}", typeof(ObservableCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.drops", "{write}", typeof(ObservableCounter<long>), "dotnet.cache.name tier" },
        { "strata.cache.tier.superseded", "{write}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.tier.duration", "s", typeof(Histogram<double>), "dotnet.cache.name operation outcome tier" },
        { "strata.cache.backplane.published", "{message}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.backplane.publish_failures", "{attempt}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.backplane.received", "{message}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.backplane.rejected", "{message}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.backplane.suspicions", "{suspicion}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
        { "strata.cache.backplane.nodes", "{node}", typeof(ObservableUpDownCounter<long>), "dotnet.cache.name" },
        { "strata.cache.listener.failures", "{failure}", typeof(ObservableCounter<long>), "dotnet.cache.name" },
    };

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void Instrument_OfACache_HasNameUnitKindAndTags(string name, string unit, Type kind, string tags)
    {
        TieredCache cache = Create(hasTier: true);
        Meters.Listen();
        cache.GetOrAdd("k", static _ => 1);

        Instrument instrument = Assert.Single(Meters.Instruments, one => one.Name == name);
        Assert.Equal(unit, instrument.Unit);
        Assert.IsType(kind, instrument, exactMatch: true);
        Assert.Equal("Strata", instrument.Meter.Name);
        Assert.NotEmpty(instrument.Description!);
        Measured measured = Meters.Of(name)[0];
        Assert.Equal(tags, string.Join(' ', measured.Tags.Keys.Order(StringComparer.Ordinal)));
        Assert.Equal(Name, measured.Tags["dotnet.cache.name"]);
    }

    [Fact]
    public void Instruments_OfAMeter_AreTheseAndNoOthers()
    {
        Create();
        Create();
        Meters.Listen();
        Assert.Equal(All.Select(static row => row.Data.Item1).Order(StringComparer.Ordinal), Meters.Instruments.Select(static one => one.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Requests_OfEveryKindOfCall_AddUpToTheCalls()
    {
        TieredCache cache = Create(hasTier: true);
        Meters.Listen();
        Behind.Throws = new IOException();
        Assert.False(cache.TryGet("missing", out int _));
        Behind.Throws = null;
        cache.Set("struct", 5);
        cache.Set("text", "fives");
        Assert.True(cache.TryGet("struct", out int _));
        Assert.False(cache.TryGet("text", out int _));
        Assert.Equal("fives", cache.GetOrAdd("text", static _ => "six"));
        Assert.Equal(7, await cache.GetOrAddAsync("load", static _ => ValueTask.FromResult(7)));
        await Assert.ThrowsAsync<IOException>(async () => await cache.GetOrAddAsync<int>("fails", static _ => throw new IOException()));

        Assert.Equal(2, Meters.Sum(Requests, ("dotnet.cache.request.type", "hit")));
        Assert.Equal(4, Meters.Sum(Requests, ("dotnet.cache.request.type", "miss")));
    }

    [Fact]
    public void Listener_ThatComesLater_SeesTheTotals()
    {
        TieredCache cache = Create();
        cache.Set("k", 1);
        for (int i = 0; i < 10; i++)
            cache.TryGet("k", out int _);
        cache.GetOrAdd("l", static _ => 2);
        Assert.Equal(10, Meters.Sum(Requests, ("dotnet.cache.request.type", "hit")));
        Assert.Equal(1, Meters.Sum("strata.cache.loads"));
        Assert.Equal(2, Meters.Sum("strata.cache.writes"));
        Assert.Equal(2, Meters.Sum("dotnet.cache.entries"));
    }

    [Fact]
    public void Dispose_OfACache_EndsItsReports()
    {
        TieredCache cache = Create();
        Assert.NotEmpty(Meters.Of(Requests));
        cache.Dispose();
        Assert.Empty(Meters.Collect());
    }

    [Fact]
    public void Meter_OfAForgottenCache_DoesNotKeepItAlive()
    {
        WeakReference forgotten = Forget();
        for (int i = 0; i < 20 && forgotten.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(forgotten.IsAlive);
        Assert.Empty(Meters.Collect());
    }

    [Fact]
    public void NamedCaches_WithOneMeter_ShareNeitherEntriesNorTags()
    {
        TieredCache first = Create(static options => options.Name = "first");
        TieredCache second = Create(static options => options.Name = "second");
        first.Set("k", 1);
        Assert.False(second.TryGet("k", out int _));
        Assert.True(first.TryGet("k", out int _));
        second.Clear();
        Assert.True(first.TryGet("k", out int _));

        Assert.Equal("first", first.Name);
        Assert.Equal(2, Meters.Sum(Requests, ("dotnet.cache.name", "first"), ("dotnet.cache.request.type", "hit")));
        Assert.Equal(0, Meters.Sum(Requests, ("dotnet.cache.name", "second"), ("dotnet.cache.request.type", "hit")));
        Assert.Equal(1, Meters.Sum(Requests, ("dotnet.cache.name", "second"), ("dotnet.cache.request.type", "miss")));
        Assert.Equal(1, Meters.Sum("dotnet.cache.entries", ("dotnet.cache.name", "first")));
    }

    [Fact]
    public void CachesOfOneName_WithOneMeter_AreReportedAsTheirSum()
    {
        Create().Set("k", 1);
        Create().Set("k", 1);
        Assert.Equal(2, Assert.Single(Meters.Of("dotnet.cache.entries")).Value);
    }

    [Fact]
    public void Bytes_ByKind_AddUpToTheBytesInUse()
    {
        TieredCache cache = Create();
        for (int i = 0; i < 2_000; i++)
            cache.Set($"k{i % 500}", new byte[i], TimeSpan.FromSeconds(1 + (i % 3)));
        Time.Advance(TimeSpan.FromSeconds(2));
        List<Measured> kinds = Meters.Of("strata.cache.memory.usage");
        Assert.Equal(["expired", "free", "index", "live", "other", "pinned"], kinds.Select(static kind => kind.Tags["kind"]).Order(StringComparer.Ordinal));
        Assert.Equal(cache.GetStatistics().UsedBytes, kinds.Sum(static kind => kind.Value));
        Assert.Equal(cache.GetStatistics().UsedBytes, Meters.Sum("dotnet.cache.estimated_size"));
        Assert.True(kinds.Find(static kind => kind.Tags["kind"] == "live")!.Value > 0);
        Assert.Equal(4 << 20, Meters.Sum("strata.cache.memory.capacity"));
    }

    [Fact]
    public async Task Loads_UnderWay_AreReportedWithTheAgeOfTheOldest()
    {
        TieredCache cache = Create();
        var hold = new TaskCompletionSource<int>();
        Assert.Equal(0, Meters.Sum("strata.cache.load.oldest"));
        Task<int> older = cache.GetOrAddAsync("older", hold, static (hold, _) => new ValueTask<int>(hold.Task)).AsTask();
        Time.Advance(TimeSpan.FromSeconds(3));
        Task<int> newer = cache.GetOrAddAsync("newer", hold, static (hold, _) => new ValueTask<int>(hold.Task)).AsTask();
        Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(2, Meters.Sum("strata.cache.load.inflight"));
        Assert.Equal(7, Meters.Sum("strata.cache.load.oldest"));
        hold.SetResult(1);
        await older;
        await newer;
        Assert.Equal(0, Meters.Sum("strata.cache.load.inflight"));
        Assert.Equal(0, Meters.Sum("strata.cache.load.oldest"));
    }

    [Fact]
    public void LoadDuration_OfEachOutcome_IsRecorded()
    {
        TieredCache cache = Create();
        Meters.Listen();
        cache.GetOrAdd("loaded", Time, static (time, _) => Slowly(time, 2));
        cache.GetOrAdd("nothing", Time, static (time, load) => load.Nothing<int>());
        Assert.Throws<IOException>(() => cache.GetOrAdd<int>("failed", _ => throw new IOException(Slowly(Time, 3).ToString(System.Globalization.CultureInfo.InvariantCulture))));

        Assert.Equal(2, Assert.Single(Meters.Of("strata.cache.load.duration", ("outcome", "loaded"))).Value);
        Assert.Equal(0, Assert.Single(Meters.Of("strata.cache.load.duration", ("outcome", "nothing"))).Value);
        Assert.Equal(3, Assert.Single(Meters.Of("strata.cache.load.duration", ("outcome", "failed"))).Value);
    }

    [Fact]
    public async Task LoadDuration_AfterTheHardDeadline_HasTheOutcomeTimeout()
    {
        TieredCache cache = Create();
        Meters.Listen();
        var policy = new EntryPolicy { HardDeadline = TimeSpan.FromSeconds(2) };
        Task<int> load = cache.GetOrAddAsync("k", static async context => await UntilCancelled(context.CancellationToken), policy).AsTask();
        Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => load);
        await UntilAsync(() => Meters.Of("strata.cache.load.duration", ("outcome", "timeout")).Count == 1);
        Assert.Equal(1, Meters.Sum("strata.cache.load.timeouts"));
    }

    [Fact]
    public async Task LoadDuration_WhenNobodyWaitsAnyMore_HasTheOutcomeCancelled()
    {
        TieredCache cache = Create();
        Meters.Listen();
        using var leave = new CancellationTokenSource();
        Task<int> load = cache.GetOrAddAsync("k", static async context => await UntilCancelled(context.CancellationToken), default, leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => load);
        await UntilAsync(() => Meters.Of("strata.cache.load.duration", ("outcome", "cancelled")).Count == 1);
    }

    [Fact]
    public void Histograms_AdviseBuckets_InOrder()
    {
        Create();
        Meters.Listen();
        foreach (Histogram<double> histogram in Meters.Instruments.OfType<Histogram<double>>())
        {
            double[] bounds = [.. histogram.Advice!.HistogramBucketBoundaries!];
            Assert.True(bounds.Length > 10);
            Assert.Equal(bounds.Distinct().Order(), bounds);
        }
    }

    [Fact]
    public void Tags_OfEveryMeasurement_HoldNothingOfKeysValuesOrTags()
    {
        TieredCache cache = Create(hasTier: true);
        Meters.Listen();
        cache.GetOrAdd("SECRETKEY", static _ => "SECRETVALUE", new EntryOptions { Tags = ["SECRETTAG"] });
        cache.TryGet("SECRETKEY", out string? _);
        Assert.DoesNotContain(Meters.Collect().SelectMany(static measured => measured.Tags.Values), static text => text.Contains("SECRET", StringComparison.Ordinal));
    }

    private static int Slowly(TestKit.ManualTimeProvider time, int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return seconds;
    }

    private static async Task<int> UntilCancelled(CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Forget()
    {
        var cache = new TieredCache(new() { CapacityBytes = 4 << 20, BackgroundMaintenance = false, Name = Name, MeterFactory = Meters });
        Assert.NotEmpty(Meters.Of(Requests));
        return new WeakReference(cache);
    }
}
