using System.Buffers;
using Strata.Entries;
using Strata.Payloads;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests;

/// <summary>Two tiers behind memory: read-through with promotion, write-through, and what happens when they fail.</summary>
public sealed class TierStackTests() : CacheFixture(tiersBehind: 2)
{
    private static readonly byte[] s_key = "k"u8.ToArray();

    private FaultyTier Near => Behind[0];

    private FaultyTier Far => Behind[1];

    [Fact(Timeout = 30_000)]
    public async Task Set_WritesEveryTier()
    {
        Assert.True(Cache.Set("k", 1));
        Assert.Equal(BitConverter.GetBytes(1), Near.Peek(s_key));
        Assert.Equal(BitConverter.GetBytes(1), Far.Peek(s_key));
        Assert.True(await Cache.SetAsync("k", "text"));
        Assert.Equal("text"u8.ToArray(), Far.Peek(s_key));
        Assert.True(Cache.Set("k", "bytes"u8));
        Assert.Equal("bytes"u8.ToArray(), Far.Peek(s_key));
    }

    [Fact(Timeout = 30_000)]
    public async Task Remove_AndClear_ReachEveryTier()
    {
        Cache.Set("k", 1);
        Assert.True(Cache.Remove("k"));
        Assert.Equal((0, 0), (Near.Count, Far.Count));
        Assert.False(await Cache.RemoveAsync("k"));
        Cache.Set("k", 1);
        await Cache.ClearAsync(Token);
        Assert.Equal((0, 0), (Near.Count, Far.Count));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(600)]
    [InlineData(Timeout.Infinite)]
    public async Task Entry_WithAMemoryTtl_IsAskedForAgainBehind(int ttlSeconds)
    {
        var policy = new EntryPolicy { Ttl = ttlSeconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(ttlSeconds), MemoryTtl = TimeSpan.FromSeconds(10) };
        Assert.Equal(1, await Cache.GetOrAddAsync("loaded", static _ => new ValueTask<int>(1), policy));
        Cache.Set("set", 1, policy);
        await Near.ClearAsync(Token);
        foreach (string key in (string[])["loaded", "set"])
            await Far.SetAsync(System.Text.Encoding.UTF8.GetBytes(key), new(BitConverter.GetBytes(2)), TimeSpan.FromSeconds(600));
        Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((1, 1), (Read("loaded"), Read("set")));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 2), (Read("loaded"), Read("set")));
        int reads = Near.Reads + Far.Reads;

        // What came forward stays for as long again, and no longer.
        Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((2, 2), (Read("loaded"), Read("set")));
        Assert.Equal(reads, Near.Reads + Far.Reads);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 2), (Read("loaded"), Read("set")));
        Assert.Equal(reads + 2, Near.Reads + Far.Reads);

        int Read(string key) => Cache.GetOrAdd(key, static _ => -1, policy);
    }

    [Fact(Timeout = 30_000)]
    public async Task Entry_WithAMemoryTtlAndAGrace_ServesWhileTheTiersAreDown()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromHours(1), MemoryTtl = TimeSpan.FromSeconds(10), StaleGrace = TimeSpan.FromMinutes(1) };
        await Cache.SetAsync("k", 1, policy);
        Near.Throws = Far.Throws = new IOException();
        Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Throws<IOException>(() => Cache.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
    }

    [Fact(Timeout = 30_000)]
    public async Task TryGet_ThatHitsTheLastTier_PromotesToAllBefore()
    {
        await Far.SetAsync(s_key, new(BitConverter.GetBytes(5)), TimeSpan.FromSeconds(10));
        Assert.True(Cache.TryGet("k", out int value));
        Assert.Equal(5, value);
        Assert.Equal(BitConverter.GetBytes(5), Near.Peek(s_key));
        int reads = Near.Reads + Far.Reads;
        Assert.True(Cache.TryGet("k", out value));
        Assert.Equal(reads, Near.Reads + Far.Reads);
        CacheCounts(hits: 2, misses: 0, tierHits: 1);

        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Null(Near.Peek(s_key));
    }

    [Fact(Timeout = 30_000)]
    public async Task TryGet_OfEveryKind_ReadsThrough()
    {
        await Far.SetAsync(s_key, new("[1]"u8.ToArray()));
        var destination = new ArrayBufferWriter<byte>();
        Assert.True(Cache.TryGet("k", destination));
        Assert.Equal("[1]"u8.ToArray(), destination.WrittenSpan.ToArray());
        await ForgetMemoryAsync();
        Assert.True(Cache.TryGet("k", out string? text));
        Assert.Equal("[1]", text);
        await ForgetMemoryAsync();
        Assert.True(Cache.TryGet("k", new byte[3], out int valueBytes));
        Assert.Equal(3, valueBytes);
        await ForgetMemoryAsync();
        Assert.False(Cache.TryGet("k", new byte[2], out valueBytes));
        Assert.Equal(3, valueBytes);
        await ForgetMemoryAsync();
        Assert.True((await Cache.TryGetStringAsync("k", Token)).IsHit);
        await ForgetMemoryAsync();
        Assert.True((await Cache.TryGetAsync("k", PayloadSerializer.Bytes, Token)).IsHit);
        await ForgetMemoryAsync();
        Assert.False((await Cache.TryGetAsync<long>("k", Token)).IsHit);

        // Written behind the cache's back: what memory had must be read again from the last tier.
        async Task ForgetMemoryAsync()
        {
            Cache.Remove("k");
            await Far.SetAsync(s_key, new("[1]"u8.ToArray()));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfAKeyInATier_NeedsNoFactory()
    {
        await Near.SetAsync(s_key, new(BitConverter.GetBytes(5)));
        Assert.Equal(5, Cache.GetOrAdd("k", static _ => 6));
        Assert.Equal(0, Far.Reads);
        Assert.Equal(0, Cache.GetStatistics().Loads);
        CacheCounts(hits: 1, misses: 0, tierHits: 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfAMissingKey_WritesTheLoadToEveryTierWithItsTimeToLive()
    {
        Assert.Equal(6, await Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(6), TimeSpan.FromSeconds(5)));
        Assert.Equal(BitConverter.GetBytes(6), Far.Peek(s_key));
        Assert.Equal(7, Cache.GetOrAdd("sync", static _ => 7));
        Assert.Equal(BitConverter.GetBytes(7), Far.Peek("sync"u8));
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(Near.Peek(s_key));
        Assert.Null(Far.Peek(s_key));
    }

    [Fact(Timeout = 30_000)]
    public void Set_UnderADefaultTimeToLive_GivesItToTheTiers()
    {
        using TieredCache cache = Create(defaultTtl: TimeSpan.FromSeconds(5));
        cache.Set("k", 1);
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(Far.Peek(s_key));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfAPayloadThatDoesNotParse_LoadsAndReplacesIt()
    {
        await Near.SetAsync(s_key, new("{"u8.ToArray()));
        Product product = await Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(new Product(1, "p", [])), TestJson.Default.Product);
        Assert.Equal("p", product.Name);
        Assert.Equal(1, Cache.GetStatistics().UnreadablePayloads);
        Assert.StartsWith("{\"Id\":1", System.Text.Encoding.UTF8.GetString(Near.Peek(s_key)!), StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(TierReadStatus.Faulted)]
    [InlineData(TierReadStatus.Throttled)]
    public async Task GetOrAdd_WhileATierFails_GoesOnToTheNext(TierReadStatus fault)
    {
        await Far.SetAsync(s_key, new(BitConverter.GetBytes(5)));
        Near.ReadFault = fault;
        Assert.Equal(5, await Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(6)));
        Assert.Equal(1, Cache.GetStatistics().TierFaults);
    }

    [Fact(Timeout = 30_000)]
    public async Task AnyCall_WhileTiersThrow_IsServedByMemoryAndFactory()
    {
        Near.Throws = Far.Throws = new InvalidOperationException("broken tier");
        Assert.Equal(6, await Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(6)));
        Assert.True(Cache.TryGet("k", out int _));
        Assert.False(Cache.Set("k", 7));
        Assert.True(Cache.TryGet("k", out int value));
        Assert.Equal(7, value);
        Assert.True(Cache.Remove("k"));
        Cache.Clear();
        Assert.False(Cache.TryGet("k", out value));
        Assert.Equal(2 + 2 + 2 + 2 + 2 + 2, Cache.GetStatistics().TierFaults);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_OfManyCallersWhileATierIsSlow_AsksItOnce()
    {
        await Near.SetAsync(s_key, new(BitConverter.GetBytes(5)));
        Near.Hold();
        Task<int>[] callers = [.. Enumerable.Range(0, 20).Select(_ => Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(6)).AsTask())];
        Task<CacheResult<int>> looker = Cache.TryGetAsync<int>("other").AsTask();
        Near.Release();
        int[] values = await Task.WhenAll(callers);
        Assert.All(values, value => Assert.Equal(5, value));
        Assert.False((await looker).IsHit);
        Assert.Equal(2, Near.Reads);
        CacheCounts(hits: 20, misses: 1, tierHits: 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task TryGetAsync_DuringALoad_DoesNotWaitForTheFactory()
    {
        var gate = new TaskCompletionSource();
        Task<int> load = Cache.GetOrAddAsync("k", gate, static async (g, _) => { await g.Task; return 6; }).AsTask();
        Assert.False((await Cache.TryGetAsync<int>("k")).IsHit);
        gate.SetResult();
        Assert.Equal(6, await load);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_JoiningALookupThatFindsNothing_Loads()
    {
        Near.Hold();
        Task<CacheResult<int>> lookup = Cache.TryGetAsync<int>("k").AsTask();
        Task<int> load = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(6)).AsTask();
        Near.Release();
        Assert.Equal(6, await load);
        await lookup;
        Assert.True(Cache.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task Remove_DuringAPromotion_Wins()
    {
        await Far.SetAsync(s_key, new(BitConverter.GetBytes(5)));
        Far.Hold();
        Task<CacheResult<int>> read = Cache.TryGetAsync<int>("k").AsTask();
        await UntilAsync(() => Far.Reads == 1);
        Task<bool> removal = Cache.RemoveAsync("k").AsTask();
        Far.Release();
        await read;
        Assert.True(await removal);
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Equal((0, 0), (Near.Count, Far.Count));
    }

    [Fact(Timeout = 30_000)]
    public async Task Remove_WhileALoadIsWrittenThrough_WaitsForItAndWins()
    {
        var loaded = new TaskCompletionSource();
        Task<int> load = Cache.GetOrAddAsync("k", loaded, static async (l, _) => { await l.Task; return 6; }).AsTask();
        Far.Hold();
        loaded.SetResult();
        await UntilAsync(() => Far.Writes == 1);
        Task<bool> removal = Cache.RemoveAsync("k").AsTask();
        Assert.Equal((0, 0), (Near.Removals, Far.Removals));
        Far.Release();
        Assert.Equal(6, await load);
        Assert.True(await removal);
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Equal((0, 0), (Near.Count, Far.Count));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_StartedDuringARemoval_IsNotKept()
    {
        await Far.SetAsync(s_key, new(BitConverter.GetBytes(5)));
        Near.Hold();
        Task<bool> removal = Cache.RemoveAsync("k").AsTask();
        await UntilAsync(() => Near.Removals == 1);
        Task<int> reader = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(6)).AsTask();
        Near.Release();
        await reader;
        await removal;
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task SetAsync_CancelledWhileATierIsSlow_ThrowsAndTheCacheWorks()
    {
        using var impatient = new CancellationTokenSource();
        Near.Hold();
        Task<bool> write = Cache.SetAsync("k", 1, default, impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Near.Release();
        Assert.True(Cache.Set("k", 2));
        Assert.Equal(BitConverter.GetBytes(2), Far.Peek(s_key));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_CancelledWhileATierIsSlow_LetsTheCallerGo()
    {
        using var impatient = new CancellationTokenSource();
        Near.Hold();
        Task<int> caller = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(6), default, impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller);
        await UntilAsync(() => Cache.GetStatistics().LoadsInFlight == 0);
        Near.Release();
        Assert.Equal(7, await Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(7)));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OnAMemoryTierBehindAnother_ReadsThrough()
    {
        using var second = new MemoryTier(new() { CapacityBytes = 2 << 20, TimeProvider = Time, BackgroundMaintenance = false });
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20, TimeProvider = Time, BackgroundMaintenance = false, Tiers = { NullTier.Instance, second } });
        await second.SetAsync(s_key, new(BitConverter.GetBytes(5)), TimeSpan.FromSeconds(3));
        Assert.Equal(5, cache.GetOrAdd("k", static _ => 6));
        Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(6, cache.GetOrAdd("k", static _ => 6));
    }

    [Fact]
    public void GetOrAdd_TierSaysNoTimeIsLeft_IsAFaultAndLoads()
    {
        Cache.Set("k", 1, new EntryPolicy { Access = TierAccess.SkipMemoryWrite });
        Near.TimeLeft = TimeSpan.Zero;
        Far.TimeLeft = TimeSpan.FromSeconds(-5);
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2, new EntryPolicy { Access = TierAccess.SkipMemoryWrite }));
        Assert.Equal(2, Cache.GetStatistics().TierFaults);
        Far.TimeLeft = Timeout.InfiniteTimeSpan;
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 3));
    }

    private void CacheCounts(long hits, long misses, long tierHits) =>
        Assert.Equal((hits, misses, tierHits), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses, Cache.GetStatistics().TierHits));
}
