using System.Buffers;
using Strata.Entries;
using Strata.Keys;
using Strata.Payloads;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests.Invalidation;

/// <summary>What is gone after an invalidation, and what is not: before any sweep, and after it.</summary>
public sealed class InvalidationTests : CacheFixture
{
    private static readonly CacheNamespace s_orders = new("orders");
    private static readonly ArrayBufferWriter<byte> s_writer = new(64);

    [Fact]
    public void RemoveByTag_OfEntriesOfEveryKind_IsInForceAtOnce()
    {
        EntryOptions tagged = Tagged("t");
        Cache.Set("span", "bytes"u8, tagged);
        Cache.Set("pieces", Pieces.Of("bytes"u8.ToArray(), 2), tagged);
        Cache.Set("text", "text", tagged);
        Cache.Set("struct", 1, tagged);
        Cache.Set("json", new Product(1, "p", []), TestJson.Default.Product, tagged);
        Cache.GetOrAdd("load", static _ => 1, tagged);
        Cache.RemoveByTag("t");

        var destination = new ArrayBufferWriter<byte>();
        Assert.False(Cache.TryGet("span", new byte[16], out int valueBytes));
        Assert.Equal(0, valueBytes);
        Assert.False(Cache.TryGet("pieces", destination));
        Assert.Equal(0, destination.WrittenCount);
        Assert.False(Cache.TryGet("text", out string? _));
        Assert.False(Cache.TryGet("struct", out int _));
        Assert.False(Cache.TryGet("json", TestJson.Default.Product, out Product? _));
        Assert.Equal(2, Cache.GetOrAdd("load", static _ => 2));
        Assert.Equal((0, 6), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses - 1));
    }

    [Fact]
    public async Task RemoveByTagAsync_OfEntriesOfEveryKind_IsInForceAtOnce()
    {
        EntryOptions tagged = Tagged("t");
        await Cache.SetAsync("text", "text", tagged, Token);
        await Cache.SetAsync("struct", 1, tagged, Token);
        await Cache.SetAsync("bytes", [1, 2], PayloadSerializer.Bytes, tagged, Token);
        await Cache.RemoveByTagAsync("t", Token);
        Assert.False((await Cache.TryGetStringAsync("text", Token)).IsHit);
        Assert.False((await Cache.TryGetAsync<int>("struct", Token)).IsHit);
        Assert.False((await Cache.TryGetAsync("bytes", PayloadSerializer.Bytes, Token)).IsHit);
    }

    [Fact]
    public void RemoveByTag_Leaves_WhatHasOtherTags()
    {
        Cache.Set("a", 1, Tagged("red"));
        Cache.Set("b", 1, Tagged("red", "round"));
        Cache.Set("c", 1, Tagged("round", "blue"));
        Cache.Set("d", 1);
        Cache.RemoveByAllTags("red", "round");
        AssertLeft("a", "c", "d");
        Cache.RemoveByAnyTag("blue", "green");
        AssertLeft("a", "d");
        Cache.RemoveByTag("red");
        AssertLeft("d");
    }

    [Fact]
    public async Task RemoveAsync_ByEachRule_RemovesWhatItMeans()
    {
        Cache.Set("a", 1, Tagged("red"));
        Cache.Set("b", 1, Tagged("red", "round"));
        Cache.Set("c", 1, Tagged("blue"));
        Cache.Set("d", 1);
        await Cache.RemoveByAllTagsAsync(["red", "round"], Token);
        AssertLeft("a", "c", "d");
        await Cache.RemoveByAnyTagAsync(["blue", "green"], Token);
        AssertLeft("a", "d");
        await Cache.RemoveByPrefixAsync("a", Token);
        AssertLeft("d");
        await Cache.RemoveByPatternAsync("?", Token);
        AssertLeft();
        Cache.Set(s_orders.Key("a"), 1);
        await Cache.ClearAsync(s_orders, Token);
        Assert.False(Cache.TryGet(s_orders.Key("a"), out int _));
    }

    [Fact]
    public void RemoveByPattern_Leaves_WhatDoesNotMatch()
    {
        Cache.Set("workstations_1", 1);
        Cache.Set("workstations_", 1);
        Cache.Set("workstation_1", 1);
        Cache.RemoveByPattern("workstations_*");
        Assert.False(Cache.TryGet("workstations_1", out int _));
        Assert.False(Cache.TryGet("workstations_", out int _));
        Assert.True(Cache.TryGet("workstation_1", out int _));
    }

    [Fact]
    public void Clear_OfANamespace_Leaves_AllOthers()
    {
        Cache.Set(s_orders.Key($"{1}"), 1);
        Cache.Set(s_orders.Key("2"), 1);
        Cache.Set(new CacheNamespace("orders-eu").Key("1"), 1);
        Cache.Set("orders", 1);
        Cache.Clear(s_orders);
        Assert.False(Cache.TryGet("orders:1", out int _));
        Assert.False(Cache.TryGet("orders:2", out int _));
        Assert.True(Cache.TryGet("orders-eu:1", out int _));
        Assert.True(Cache.TryGet("orders", out int _));
    }

    [Fact]
    public void Set_AfterAnInvalidation_IsKeptThroughTheSweep()
    {
        Cache.Set("k", 1, Tagged("t"));
        Cache.RemoveByTag("t");
        Cache.RemoveByPrefix("k");
        Cache.Set("k", 2, Tagged("t"));
        Assert.Equal(3, Cache.GetOrAdd("k2", static _ => 3, Tagged("t")));
        Assert.True(Cache.TryGet("k", out int value));
        Assert.Equal(2, value);
        Cache.Maintain();
        Assert.Equal(0, Cache.GetStatistics().PendingInvalidations);
        Assert.True(Cache.TryGet("k", out value));
        Assert.Equal(2, value);
        Assert.True(Cache.TryGet("k2", out int _));
        Cache.RemoveByTag("t");
        AssertLeft();
        Assert.False(Cache.TryGet("k2", out int _));
    }

    [Fact]
    public void Maintain_AfterInvalidations_TakesTheMemoryBack()
    {
        for (int i = 0; i < 5_000; i++)
            Cache.Set($"{(i % 2 == 0 ? "even" : "odd")}:{i}", i, Tagged("all"));
        Cache.RemoveByPrefix("even:");
        Assert.Equal((5_000, 1, 0), Counts());
        Cache.Maintain();
        Assert.Equal((2_500, 0, 2_500), Counts());
        Cache.RemoveByTag("all");
        Cache.Maintain();
        Assert.Equal((0, 0, 5_000), Counts());
        Assert.Equal(5_000, Cache.GetStatistics().Removals);

        (long Entries, int Pending, long Invalidated) Counts()
        {
            Strata.Telemetry.CacheStatistics statistics = Cache.GetStatistics();
            return (statistics.EntryCount, statistics.PendingInvalidations, statistics.InvalidatedEntries);
        }
    }

    [Fact]
    public void RemoveByTag_OfAStaleValue_IsNotServedWhenTheLoadFails()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromHours(1) };
        var options = new EntryOptions { Policy = policy, Tags = ["t"] };
        Cache.GetOrAdd("k", static _ => 1, options);
        Time.Advance(TimeSpan.FromMinutes(2));
        Cache.RemoveByTag("other");
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), options));
        Cache.RemoveByTag("t");
        Assert.Throws<IOException>(() => Cache.GetOrAdd<int>("k", static _ => throw new IOException(), options));
    }

    [Fact]
    public void RemoveByTag_OfASlidingEntryWhoseWindowBeganAnew_RemovesIt()
    {
        var options = new EntryOptions { Policy = new EntryPolicy { SlidingWindow = TimeSpan.FromMinutes(1) }, Tags = ["t"] };
        Cache.RemoveByTag("t");
        Cache.Set("k", 1, options);
        for (int i = 0; i < 5; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(50));
            Assert.True(Cache.TryGet("k", out int _));
        }

        Cache.RemoveByTag("t");
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void RemoveByTag_OfANegativeEntry_LoadsAnew()
    {
        var options = new EntryOptions { Policy = new EntryPolicy { NegativeTtl = TimeSpan.FromMinutes(1) }, Tags = ["t"] };
        Assert.Equal(0, Cache.GetOrAdd("k", static load => load.Nothing<int>(), options));
        Assert.Equal(0, Cache.GetOrAdd("k", static _ => 1, options));
        Cache.RemoveByTag("t");
        Assert.Equal(1, Cache.GetOrAdd("k", static _ => 1, options));
    }

    [Fact]
    public async Task AnyInvalidation_WithBadInput_IsRefusedAndChangesNothing()
    {
        Cache.Set("k", 1, Tagged("t"));
        Assert.Throws<ArgumentException>(() => Cache.RemoveByTag(""));
        Assert.Throws<ArgumentException>(() => Cache.RemoveByAnyTag());
        Assert.Throws<ArgumentException>(() => Cache.RemoveByAllTags("t", null!));
        Assert.Throws<ArgumentException>(() => Cache.RemoveByPrefix(""));
        Assert.Throws<ArgumentException>(() => Cache.RemoveByPattern(""));
        Assert.Throws<ArgumentNullException>(() => Cache.Clear(null!));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Cache.RemoveByTagAsync("t", new CancellationToken(canceled: true)));
        AssertLeft("k");
        Assert.Equal(0, Cache.GetStatistics().PendingInvalidations);
    }

    [Fact]
    public async Task AnyInvalidation_AfterDispose_Throws()
    {
        Cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Cache.RemoveByTag("t"));
        Assert.Throws<ObjectDisposedException>(() => Cache.Clear(s_orders));
        Assert.Throws<ObjectDisposedException>(Cache.Maintain);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Cache.RemoveByPatternAsync("*", Token));
    }

    public static TheoryData<string, Func<TieredCache, bool>> Hits => new()
    {
        { "struct", static cache => cache.TryGet("k:1"u8, out long _) },
        { "struct of a namespace", static cache => cache.TryGet(s_orders.Key($"{1}"), out long _) },
        { "span", static cache => ReadSpan(cache) },
        { "writer", static cache => ReadWriter(cache) },
        { "GetOrAdd", static cache => cache.GetOrAdd("k:1", 9, static (_, _) => 0L) == 77 },
        { "GetOrAddAsync", static cache => cache.GetOrAddAsync("k:1", 9, static (_, _) => ValueTask.FromResult(0L)).Result == 77 },
        { "Set with tags", static cache => cache.Set("k:3", 1L, s_tagged) },
    };

    private static readonly EntryOptions s_tagged = new() { Tags = ["t", "u"] };

    [Theory]
    [MemberData(nameof(Hits), DisableDiscoveryEnumeration = true)]
    public void Call_WhileSomethingIsPending_AllocatesNothing(string what, Func<TieredCache, bool> call)
    {
        Cache.Set("k:1", 77L, s_tagged);
        Cache.Set("bytes", "value"u8, Tagged("u"));
        Cache.Set(s_orders.Key("1"), 77L);
        Cache.RemoveByTag("other");
        Cache.RemoveByPattern("x*y");
        Cache.RemoveByAllTags("t", "other");
        Assert.True(Allocation.OfCalls(() => call(Cache), out long bytes), what);
        Assert.Equal(0, bytes);
        Assert.Equal(3, Cache.GetStatistics().PendingInvalidations);
    }

    private static bool ReadSpan(TieredCache cache)
    {
        Span<byte> destination = stackalloc byte[16];
        return cache.TryGet("bytes", destination, out int valueBytes) && valueBytes == 5;
    }

    private static bool ReadWriter(TieredCache cache)
    {
        s_writer.ResetWrittenCount();
        return cache.TryGet("bytes", s_writer) && s_writer.WrittenCount == 5;
    }

    private static EntryOptions Tagged(params string[] tags) => new() { Tags = [.. tags] };

    private void AssertLeft(params string[] keys)
    {
        foreach (string key in (string[])["a", "b", "c", "d", "k"])
            Assert.Equal(keys.Contains(key), Cache.TryGet(key, out int _));
    }
}
