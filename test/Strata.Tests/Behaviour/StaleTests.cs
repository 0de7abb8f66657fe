using Strata.Entries;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class StaleTests : CacheFixture
{
    private static readonly EntryPolicy Policy = new() { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(10), RetryDelay = TimeSpan.FromSeconds(5) };

    [Fact]
    public void GetOrAdd_LoadFailsInGrace_ServesStale()
    {
        Assert.Equal(1, Cache.GetOrAdd("k", static _ => 1, Policy));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy));
        Assert.Equal(1, Cache.GetStatistics().StaleServed);
        Assert.Equal(1, Cache.GetStatistics().LoadFailures);
    }

    [Fact]
    public async Task GetOrAddAsync_LoadFailsInGrace_ServesStaleOfEveryKind()
    {
        await Cache.GetOrAddAsync("text", static _ => new ValueTask<string>("old"), Policy, Token);
        await Cache.GetOrAddAsync("json", static _ => new ValueTask<Product>(new Product(1, "old", [])), TestJson.Default.Product, Policy, Token);
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("old", await Cache.GetOrAddAsync("text", static async _ => await Fail<string>(), Policy, Token));
        Assert.Equal("old", (await Cache.GetOrAddAsync("json", static async _ => await Fail<Product>(), TestJson.Default.Product, Policy, Token)).Name);
    }

    [Fact]
    public void GetOrAdd_LoadFailsAfterGrace_Throws()
    {
        Cache.GetOrAdd("k", static _ => 1, Policy);
        Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Throws<IOException>(() => Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy));
    }

    [Fact]
    public void GetOrAdd_WithinRetryDelay_DoesNotLoad()
    {
        Cache.GetOrAdd("k", static _ => 1, Policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy);
        Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy));
        Assert.Equal(1, Cache.GetStatistics().LoadFailures);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2, Policy));
    }

    [Fact]
    public void GetOrAdd_RetryDelayAtTheEndOfGrace_DoesNotOutliveIt()
    {
        Cache.GetOrAdd("k", static _ => 1, Policy);
        Time.Advance(TimeSpan.FromMinutes(11) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy));
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(3, Cache.GetOrAdd("k", static _ => 3, Policy));
    }

    [Fact]
    public void TryGet_StaleEntry_IsAMiss()
    {
        Cache.Set("k", 1, Policy);
        Assert.True(Cache.TryGet("k", out int _));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Cache.TryGet("k", out int _));
        Assert.False(Cache.TryGet("k", new byte[8], out int valueBytes));
        Assert.Equal(0, valueBytes);
        var writer = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.False(Cache.TryGet("k", writer));
        Assert.Equal(0, writer.WrittenCount);
        Assert.Equal((1, 3), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void GetOrAdd_FreshInGraceOfOtherPolicy_IsAHit()
    {
        Cache.Set("k", 1, Policy);
        Assert.Equal(1, Cache.GetOrAdd("k", static _ => 2));
        Assert.Equal((1, 0), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void GetOrAdd_Stale_LoadsAndCountsAMiss()
    {
        Cache.Set("k", 1, Policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2, Policy));
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 3, Policy));
        Assert.Equal((1, 1, 1), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses, Cache.GetStatistics().Loads));
    }

    [Fact]
    public void Factory_OfStaleKey_SeesTheStaleValueAndMayKeepIt()
    {
        Cache.GetOrAdd("k", static _ => 41, Policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        int value = Cache.GetOrAdd("k", static load => load.TryGetStale(out int old) && old == 41 ? load.NotModified<int>() : 0, Policy);
        Assert.Equal(41, value);
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(41, kept);
    }

    [Fact]
    public void Factory_WithoutStaleValue_SeesNone()
    {
        bool hasStale = Cache.GetOrAdd("k", static load => load.HasStale || load.TryGetStale(out bool _));
        Assert.False(hasStale);
        Assert.Throws<InvalidOperationException>(() => Cache.GetOrAdd("other", static load => load.NotModified<int>()));
    }

    [Fact]
    public void Factory_DoNotStore_ServesAndKeepsNothing()
    {
        Cache.Set("k", 1, Policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, Cache.GetOrAdd("k", static load =>
        {
            load.DoNotStore();
            return 2;
        }, Policy));
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Throws<IOException>(() => Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy));
    }

    private static async ValueTask<T> Fail<T>()
    {
        await Task.Yield();
        throw new IOException();
    }

    [Fact]
    public void BytesFactory_NotModified_KeepsTheFormerValue()
    {
        Cache.Set("k", "hello"u8, Policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        Cache.GetOrAdd("k", buffer, 0, static (_, _, load) => load.NotModified<byte[]>(), Policy);
        Assert.Equal("hello"u8.ToArray(), buffer.WrittenSpan.ToArray());
        Assert.Equal("hello", Cache.GetOrAdd("k", static _ => ""));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_LoadThatFailsAfterTheGraceEnded_Throws()
    {
        var gate = new TaskCompletionSource<int>();
        Cache.Set("k", 1, Policy);
        Time.Advance(TimeSpan.FromMinutes(10));
        Task<int> load = Cache.GetOrAddAsync("k", _ => new ValueTask<int>(gate.Task), Policy).AsTask();
        Time.Advance(TimeSpan.FromHours(10));
        gate.SetException(new IOException());
        await Assert.ThrowsAsync<IOException>(() => load);
    }

    [Fact]
    public void GetOrAdd_NewValueTooLongToKeep_LeavesNoFormerOne()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, MaxValueBytes = 1000, TimeProvider = Time, BackgroundMaintenance = false });
        cache.Set("k", "old", Policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2000, cache.GetOrAdd("k", static _ => new string('x', 2000), Policy).Length);
        Assert.Throws<IOException>(() => cache.GetOrAdd("k", static string (_) => throw new IOException(), Policy));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OnlyATierHasItStale_IsServedWhenTheLoadFailsOrIsLate()
    {
        var inner = new FaultyTier(Time);
        using (TieredCache former = Enveloped())
            former.Set("k", 1, Policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        using TieredCache cache = Enveloped();
        Assert.False(cache.TryGet("k", out int _));
        Assert.Equal(1, cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy));
        Assert.Equal(1, cache.GetStatistics().StaleServed);
        Assert.Throws<IOException>(() => cache.GetOrAdd<int>("k", static _ => throw new IOException(), TimeSpan.FromMinutes(1)));
        Assert.Throws<IOException>(() => cache.GetOrAdd<long>("k", static _ => throw new IOException(), Policy));

        var gate = new TaskCompletionSource<int>();
        Task<int> late = cache.GetOrAddAsync<int>("k", _ => new(gate.Task), Policy with { SoftDeadline = TimeSpan.FromSeconds(1) }, Token).AsTask();
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await late);
        gate.SetResult(2);
        await UntilAsync(() => cache.TryGet("k", out int value) && value == 2);

        TieredCache Enveloped() => new(new() { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, Tiers = { new EnvelopedTier(inner, new() { TimeProvider = Time }) } });
    }
}
