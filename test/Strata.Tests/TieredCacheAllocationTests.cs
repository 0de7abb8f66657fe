using System.Buffers;
using Strata.Entries;
using Strata.Payloads;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests;

/// <summary>What hits and writes allocate. Closures are made before the measuring starts.</summary>
public sealed class TieredCacheAllocationTests : CacheFixture
{
    private enum Kind
    {
        None,
        Other,
    }

    public static TheoryData<string, Func<TieredCache, bool>> Free => new()
    {
        { "TryGet utf8 key, struct", static cache => cache.TryGet("k:1"u8, out long _) },
        { "TryGet string key, struct", static cache => cache.TryGet("k:1", out long _) },
        { "TryGet interpolated key, struct", static cache => cache.TryGet($"k:{Environment.ProcessorCount - Environment.ProcessorCount + 1}", out long _) },
        { "TryGet guid, enum and text in key, miss", static cache => !cache.TryGet($"k:{Guid.Empty}:{Kind.Other}:{"text"}:{1.5m}:{DateTime.UnixEpoch:O}", out long _) },
        { "TryGet long string key, miss", static cache => !cache.TryGet(s_longKey, out long _) },
        { "TryGet long interpolated key, disposed, miss", static cache => MissesLongKey(cache) },
        { "TryGet into span", static cache => TryGetSpan(cache) },
        { "TryGet into writer", static cache => TryGetWriter(cache) },
        { "Set struct", static cache => cache.Set("k:2", 5L) },
        { "Set span with ttl", static cache => cache.Set("k:3", "value"u8, TimeSpan.FromMinutes(1)) },
        { "Set text", static cache => cache.Set("k:4", "value") },
        { "Set json", static cache => cache.Set("k:5", s_product, TestJson.Default.Product) },
        { "Remove and set", static cache => cache.Set("k:6", 1) && cache.Remove("k:6") },
        { "GetOrAdd struct hit", static cache => cache.GetOrAdd("k:1", 9, static (_, _) => 0L) == 77 },
        { "GetOrAdd writer hit", static cache => GetOrAddWriter(cache) },
        { "GetOrAddAsync struct hit", static cache => cache.GetOrAddAsync("k:1", 9, static (_, _) => ValueTask.FromResult(0L)).Result == 77 },
        { "GetOrAddAsync struct hit, interpolated key", static cache => cache.GetOrAddAsync($"k:{1}", 9, static (_, _) => ValueTask.FromResult(0L)).Result == 77 },
        { "GetOrAddAsync writer hit", static cache => GetOrAddWriterAsync(cache) },
        { "TryGetAsync struct hit", static cache => cache.TryGetAsync<long>("k:1").Result.IsHit },
        { "Set and GetOrAdd hit in grace", static cache => cache.Set("g:1", 7L, s_grace) && cache.GetOrAdd("g:1", 9, static (_, _) => 0L, s_grace) == 7 },
        { "GetOrAddAsync hit in grace", static cache => cache.GetOrAddAsync("k:8", 9, static (_, _) => ValueTask.FromResult(0L), s_grace).Result == 88 },
        { "GetOrAdd of nothing", static cache => cache.GetOrAdd("nothing", 9, static (_, _) => 5L, s_negative) == 0 },
        { "TryGetMany", static cache => TryGetMany(cache) },
        { "TryGetMany into spans", static cache => TryGetManyIntoSpans(cache) },
        { "TryGetManyAsync", static cache => cache.TryGetManyAsync(Filled(s_keys), s_values).Result == 2 },
        { "SetMany and RemoveMany", static cache => cache.SetMany(Filled(s_entries)) == 2 && cache.RemoveMany(Filled(s_keys, "many:1", "many:2")) == 2 },
        { "Add and Remove", static cache => cache.Add("k:20", 1) && !cache.Add("k:20", 2) && cache.Remove("k:20") },
        { "TryGet with version and CompareExchange", static cache => cache.AddOrUpdate("k:21", 1, 1, static (value, by) => value + by) > 0 && cache.TryGet("k:21", out int value, out long version) && cache.CompareExchange("k:21", value, version).IsExchanged },
        { "SetAsync and RemoveAsync", static cache => cache.SetAsync("k:7", 1).Result && cache.RemoveAsync("k:7").Result },
    };

    private static readonly EntryPolicy s_grace = new() { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(1), SoftDeadline = TimeSpan.FromSeconds(1) };
    private static readonly EntryPolicy s_negative = new() { NegativeTtl = TimeSpan.FromDays(1) };
    private static readonly KeyBatch s_keys = new();
    private static readonly EntryBatch s_entries = new();
    private static readonly ValueBatch s_values = new();
    private static readonly long[] s_longs = new long[2];
    private static readonly bool[] s_isHit = new bool[2];
    private static readonly string s_longKey = new('x', 1_000);
    private static readonly Product s_product = new(1, "p", [1, 2]);
    private static readonly ArrayBufferWriter<byte> s_writer = new(1_024);

    [Theory]
    [MemberData(nameof(Free), DisableDiscoveryEnumeration = true)]
    public void Call_WithMemoryAlone_AllocatesNothing(string what, Func<TieredCache, bool> call)
    {
        Cache.Set("k:1", 77L);
        Cache.Set("k:8", 88L, s_grace);
        Cache.Set("bytes", "value"u8);
        Cache.GetOrAdd("nothing", static load => load.Nothing<long>(), s_negative);
        Assert.True(Allocation.OfCalls(() => call(Cache), out long bytes), what);
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void TryGet_ThatBeginsAWindowAnew_AllocatesNothing()
    {
        Cache.Set("slides", 1L, new EntryPolicy { SlidingWindow = TimeSpan.FromHours(10) });
        Assert.True(Allocation.OfCalls(() =>
        {
            Time.Advance(TimeSpan.FromHours(1));
            return Cache.TryGet("slides", out long _);
        }, out long bytes));
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void TryGet_OfText_AllocatesTheStringAlone()
    {
        Cache.Set("text", "twelve chars");
        Allocation.OfCalls(() => Cache.TryGet("text", out string? _), out long actual);
        Allocation.OfCalls(static () => new string('x', 12).Length == 12, out long strings);
        Assert.Equal(strings, actual);
    }

    [Fact]
    public void TryGet_OfJson_AllocatesNoMoreThanDeserializing()
    {
        Cache.Set("json", s_product, TestJson.Default.Product);
        byte[] json = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(s_product, TestJson.Default.Product);
        Allocation.OfCalls(() => Cache.TryGet("json", TestJson.Default.Product, out Product? _), out long actual);
        Allocation.OfCalls(() => System.Text.Json.JsonSerializer.Deserialize(json, TestJson.Default.Product) is not null, out long graph);
        Assert.Equal(graph, actual);
    }

    [Fact]
    public void GetOrAdd_WithTiersBehind_StillHitsMemoryForFree()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, Tiers = { new TestKit.Tiers.FaultyTier() } });
        cache.Set("k:1", 77L);
        Assert.True(Allocation.OfCalls(() => cache.GetOrAdd("k:1", 9, static (_, _) => 0L) == 77 && cache.TryGet("k:1", out long _), out long bytes));
        Assert.Equal(0, bytes);
    }

    private static KeyBatch Filled(KeyBatch keys, string first = "k:1", string second = "bytes")
    {
        keys.Clear();
        keys.Add(first);
        keys.Add($"{second}");
        return keys;
    }

    private static EntryBatch Filled(EntryBatch entries)
    {
        entries.Clear();
        entries.Add("many:1", 1);
        entries.Add("many:2", "text");
        return entries;
    }

    private static bool TryGetMany(TieredCache cache) =>
        cache.TryGetMany(Filled(s_keys), s_values) == 2 && s_values.TryGet(0, out long value) && value == 77 && s_values.TryGet(1, out ReadOnlySpan<byte> bytes) && bytes.Length == 5;

    private static bool TryGetManyIntoSpans(TieredCache cache) => cache.TryGetMany<long>(Filled(s_keys), s_longs, s_isHit) == 1 && s_longs[0] == 77 && !s_isHit[1];

    private static bool MissesLongKey(TieredCache cache)
    {
        using Strata.CacheKey key = $"{s_longKey}:{5}";
        return !cache.TryGet(key, out long _);
    }

    private static bool TryGetSpan(TieredCache cache)
    {
        Span<byte> destination = stackalloc byte[16];
        return cache.TryGet("bytes", destination, out int valueBytes) && valueBytes == 5;
    }

    private static bool TryGetWriter(TieredCache cache)
    {
        s_writer.ResetWrittenCount();
        return cache.TryGet("bytes", s_writer);
    }

    private static bool GetOrAddWriter(TieredCache cache)
    {
        s_writer.ResetWrittenCount();
        cache.GetOrAdd("bytes", s_writer, 1, static (_, _, _) => { });
        return s_writer.WrittenCount == 5;
    }

    private static bool GetOrAddWriterAsync(TieredCache cache)
    {
        s_writer.ResetWrittenCount();
        return cache.GetOrAddAsync("bytes", s_writer, 1, static (_, _, _) => ValueTask.CompletedTask).IsCompletedSuccessfully && s_writer.WrittenCount == 5;
    }
}
