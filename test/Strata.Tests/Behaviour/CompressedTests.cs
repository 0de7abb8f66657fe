using System.Buffers;
using Strata.Entries;
using Strata.Payloads;
using Strata.Payloads.Compression;
using Xunit;

namespace Strata.Tests.Behaviour;

/// <summary>Payloads that memory keeps compressed.</summary>
public sealed class CompressedTests : CacheFixture
{
    private static readonly string s_text = string.Concat(Enumerable.Range(0, 500).Select(static i => $"line {i} of a text that repeats itself; "));
    private readonly TieredCache _cache;

    public CompressedTests() => _cache = new(new() { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, Compression = new CompressionOptions() });

    [Fact]
    public void Set_OfRepetitiveText_TakesLessMemory()
    {
        for (int i = 0; i < 50; i++)
        {
            Cache.Set($"k{i}", s_text);
            _cache.Set($"k{i}", s_text);
        }

        Assert.InRange(_cache.GetStatistics().UsedBytes, 1, Cache.GetStatistics().UsedBytes / 2);
    }

    [Fact]
    public async Task AnyRead_OfACompressedEntry_GivesTheValue()
    {
        _cache.Set("text", s_text);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(s_text);
        _cache.Set("pieces", new ReadOnlySequence<byte>(bytes));
        _cache.Set("json", new Product(1, s_text, []), TestJson.Default.Product);
        Assert.True(_cache.TryGet("text", out string? text));
        Assert.Equal(s_text, text);
        Assert.Equal(s_text, (await _cache.TryGetStringAsync("text")).Value);
        Assert.Equal(s_text, _cache.GetOrAdd("text", static _ => ""));
        Assert.True(_cache.TryGet("json", TestJson.Default.Product, out Product? product));
        Assert.Equal(s_text, product.Name);
        byte[] destination = new byte[bytes.Length];
        Assert.True(_cache.TryGet("pieces", destination, out int length));
        Assert.Equal(bytes, destination[..length]);
        var writer = new ArrayBufferWriter<byte>();
        Assert.True(_cache.TryGet("pieces", writer));
        Assert.Equal(bytes, writer.WrittenSpan.ToArray());
        Assert.Equal((6, 0), (_cache.GetStatistics().Hits, _cache.GetStatistics().Misses));
    }

    [Fact]
    public void Batches_OfCompressedEntries_GiveTheValues()
    {
        using var entries = new EntryBatch();
        entries.Add("a", s_text);
        entries.Add("b", "short");
        _cache.SetMany(entries);
        using var keys = new KeyBatch();
        keys.Add("a");
        keys.Add("b");
        using var values = new ValueBatch();
        Assert.Equal(2, _cache.TryGetMany(keys, values));
        Assert.True(values.TryGet(0, out string? text));
        Assert.Equal(s_text, text);
    }

    [Fact]
    public void GetOrAdd_LoadOfALongValue_KeepsItCompressedAndServesItStale()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(1) };
        _cache.GetOrAdd("k", static _ => s_text, policy);
        Assert.Equal(s_text, _cache.GetOrAdd("k", static _ => "", policy));
        Time.Advance(TimeSpan.FromMinutes(1.5));
        Assert.Equal(s_text, _cache.GetOrAdd("k", static string (_) => throw new IOException(), policy));
    }

    [Fact]
    public void CompareExchange_OfACompressedEntry_GoesByItsVersion()
    {
        Assert.True(_cache.Add("k", s_text));
        Assert.False(_cache.Add("k", "other"));
        Assert.True(_cache.TryGet("k", PayloadSerializer.Utf8, out string? text, out long version));
        Assert.Equal(s_text, text);
        Assert.True(_cache.CompareExchange("k", s_text + s_text, version, PayloadSerializer.Utf8).IsExchanged);
        Assert.Equal(s_text + s_text, _cache.GetOrAdd("k", static _ => ""));
    }

    [Fact]
    public void RemoveByTag_OfACompressedEntry_RemovesIt()
    {
        _cache.Set("k", s_text, new EntryOptions { Tags = ["red"] });
        _cache.RemoveByTag("red");
        Assert.False(_cache.TryGet("k", out string? _));
    }

    [Fact]
    public void Set_WhereThePolicySaysNo_KeepsItAsItIs()
    {
        _cache.Set("k", s_text);
        long compressed = _cache.GetStatistics().UsedBytes;
        _cache.Clear();
        for (int i = 0; i < 20; i++)
            _cache.Set($"k{i}", s_text, new EntryPolicy { AllowsCompression = false });
        Assert.True(_cache.GetStatistics().UsedBytes > compressed);
        Assert.Equal(s_text, _cache.GetOrAdd("k1", static _ => ""));
    }

    [Fact]
    public void New_WithOptionsThatContradict_NamesBoth()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new TieredCache(new() { Compression = new() { ThresholdBytes = 100, MaxDecompressedBytes = 50 } }));
        Assert.Contains(nameof(CompressionOptions.ThresholdBytes), exception.Message);
        Assert.Contains(nameof(CompressionOptions.MaxDecompressedBytes), exception.Message);
    }
}
