using Strata.Entries;
using Strata.Payloads;
using Strata.Telemetry;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Telemetry;

public sealed class TierInstrumentTests : TelemetryFixture
{
    private const string TierRequests = "strata.cache.tier.requests";
    private const string TierDuration = "strata.cache.tier.duration";

    [Theory]
    [InlineData(TierReadStatus.Throttled, "throttled")]
    [InlineData(TierReadStatus.Faulted, "fault")]
    public void Read_ThatATierRefuses_IsCountedByOutcome(TierReadStatus status, string outcome)
    {
        TieredCache cache = Create(hasTier: true);
        Behind.ReadFault = status;
        cache.TryGet("k", out int _);
        Assert.Equal(1, Meters.Sum(TierRequests, ("tier", "behind"), ("operation", "get"), ("outcome", outcome)));
    }

    [Fact]
    public async Task Calls_OfATier_AreCountedByOperationAndOutcome()
    {
        TieredCache cache = Create(hasTier: true);
        cache.Set("k", 1);
        cache.Set("gone", 1);
        cache.Remove("gone");
        cache.Remove("gone");
        Assert.False(cache.TryGet("missing", out int _));
        Assert.True((await cache.TryGetAsync<int>("k")).IsHit);
        Behind.WriteFault = TierWriteStatus.Refused;
        cache.Set("k", 2);
        Behind.WriteFault = null;
        Behind.Throws = new IOException();
        cache.Set("k", 3);
        Behind.Throws = null;
        await cache.ClearAsync();

        Assert.Equal(2, Meters.Sum(TierRequests, ("operation", "set"), ("outcome", "done")));
        Assert.Equal(1, Meters.Sum(TierRequests, ("operation", "set"), ("outcome", "refused")));
        Assert.Equal(1, Meters.Sum(TierRequests, ("operation", "set"), ("outcome", "fault")));
        Assert.Equal(1, Meters.Sum(TierRequests, ("operation", "remove"), ("outcome", "done")));
        Assert.Equal(1, Meters.Sum(TierRequests, ("operation", "remove"), ("outcome", "not_found")));
        Assert.Equal(1, Meters.Sum(TierRequests, ("operation", "get"), ("outcome", "miss")));
        Assert.Equal(1, Meters.Sum(TierRequests, ("operation", "clear"), ("outcome", "done")));
        Assert.Equal(8, Meters.Sum(TierRequests));
    }

    [Fact]
    public async Task Duration_OfATierCall_IsTheTimeItTook()
    {
        TieredCache cache = Create(static options => options.Guard = null, hasTier: true);
        Meters.Listen();
        Behind.Hold();
        Task<CacheResult<int>> read = cache.TryGetAsync<int>("k").AsTask();
        Time.Advance(TimeSpan.FromSeconds(5));
        Behind.Release();
        Assert.False((await read).IsHit);
        Assert.Equal(5, Assert.Single(Meters.Of(TierDuration, ("tier", "behind"))).Value);
    }

    [Fact]
    public async Task Duration_OfACallThatIsCancelled_HasTheOutcomeCancelled()
    {
        TieredCache cache = Create(hasTier: true);
        Meters.Listen();
        Behind.Hold();
        using var leave = new CancellationTokenSource();
        Task<CacheResult<int>> read = cache.TryGetAsync<int>("k", leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await UntilAsync(() => Meters.Of(TierDuration, ("outcome", "cancelled")).Count == 1);
        Assert.Equal(0, cache.GetStatistics().TierFaults);
    }

    [Fact]
    public void Reads_OfMemory_AreTimedOnceInAboutAThousand()
    {
        TieredCache cache = Create();
        cache.Set("k", 1);
        Meters.Listen();
        const int Reads = 100_000;
        for (int i = 0; i < Reads; i++)
            Assert.True(cache.TryGet("k", out int _));
        Assert.InRange(Meters.Of(TierDuration, ("tier", "memory"), ("operation", "get"), ("outcome", "hit")).Count, Reads / 1537, (Reads / 512) + 1);
        Assert.Equal(Reads, Meters.Sum(Requests, ("dotnet.cache.request.type", "hit")));
    }

    [Fact]
    public void Misses_OfMemory_AreTimedAsMisses()
    {
        TieredCache cache = Create();
        Meters.Listen();
        for (int i = 0; i < 10_000; i++)
            cache.TryGet("k", PayloadSerializer.Utf8, out _);
        Assert.NotEmpty(Meters.Of(TierDuration, ("tier", "memory"), ("outcome", "miss")));
        Assert.Empty(Meters.Of(TierDuration, ("tier", "memory"), ("outcome", "hit")));
    }

    [Fact]
    public void WatchedTier_OfEveryMethodOfATier_HasItsOwn()
    {
        System.Reflection.InterfaceMapping map = typeof(WatchedTier).GetInterfaceMap(typeof(ICacheTier));
        Assert.NotEmpty(map.TargetMethods);
        Assert.All(map.TargetMethods, static method => Assert.Equal(typeof(WatchedTier), method.DeclaringType));
    }
}
