using Strata.Entries;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests.Many;

public sealed class TryGetManyTests : CacheFixture
{
    private static readonly EntryPolicy Graceful = new() { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(10) };

    [Fact]
    public void TryGetMany_HitsAndMisses_AreInTheOrderOfTheKeys()
    {
        using var keys = new KeyBatch();
        using var values = new ValueBatch();
        for (int i = 0; i < 100; i++)
        {
            keys.Add($"k:{i}");
            if (i % 3 != 0)
                Cache.Set($"k:{i}", (long)i);
        }

        Assert.Equal(66, Cache.TryGetMany(keys, values));
        Assert.Equal((100, 66), (values.Count, values.HitCount));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i % 3 != 0, values.IsHit(i));
            Assert.Equal(i % 3 != 0, values.TryGet(i, out long value));
            Assert.Equal(i % 3 != 0 ? i : 0, value);
        }

        Assert.Equal((66, 34), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void TryGetMany_ValuesOfEveryKind_AreRead()
    {
        Cache.Set("bytes", "raw"u8);
        Cache.Set("text", "words");
        Cache.Set("json", new Product(7, "p", []), TestJson.Default.Product);
        Cache.Set("empty", ""u8);
        using KeyBatch keys = Keys("bytes", "text", "json", "empty", "none", "text");
        using var values = new ValueBatch();
        Assert.Equal(5, Cache.TryGetMany(keys, values));
        Assert.True(values.TryGet(0, out ReadOnlySpan<byte> bytes) && bytes.SequenceEqual("raw"u8));
        Assert.True(values.TryGet(1, out string? text) && text == "words");
        Assert.True(values.TryGet(2, TestJson.Default.Product, out Product? product) && product.Id == 7);
        Assert.True(values.TryGet(3, out ReadOnlySpan<byte> empty) && empty.IsEmpty);
        Assert.False(values.TryGet(4, out ReadOnlySpan<byte> none) || !none.IsEmpty);
        Assert.True(values.TryGet(5, PayloadSerializer.Utf8, out string? again) && again == "words");
        Assert.False(values.TryGet(1, out long _));
        Assert.Throws<ArgumentOutOfRangeException>(() => values.IsHit(6));
    }

    [Fact]
    public void TryGetMany_LongValues_GrowTheBatch()
    {
        byte[][] written = [.. Enumerable.Range(0, 20).Select(static i => Enumerable.Repeat((byte)i, 1 + i * 5000).ToArray())];
        using var keys = new KeyBatch();
        for (int i = 0; i < written.Length; i++)
        {
            keys.Add($"k:{i}");
            Cache.Set($"k:{i}", written[i]);
        }

        using var values = new ValueBatch();
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(written.Length, Cache.TryGetMany(keys, values));
            for (int i = 0; i < written.Length; i++)
                Assert.True(values.TryGet(i, out ReadOnlySpan<byte> value) && value.SequenceEqual(written[i]));
        }

        Assert.Equal((40, 0), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void TryGetMany_StaleAndNegativeEntries_AreMisses()
    {
        Cache.Set("stale", 1, Graceful);
        Cache.GetOrAdd("nothing", static load => load.Nothing<int>(), new EntryPolicy { NegativeTtl = TimeSpan.FromHours(1) });
        Time.Advance(TimeSpan.FromMinutes(2));
        Cache.Set("fresh", 3, Graceful);
        using KeyBatch keys = Keys("stale", "nothing", "fresh");
        using var values = new ValueBatch();
        Assert.Equal(1, Cache.TryGetMany(keys, values));
        Assert.True(values.TryGet(2, out int fresh) && fresh == 3);
        Assert.False(values.IsHit(0) || values.IsHit(1));
    }

    [Fact]
    public void TryGetMany_SlidingEntry_LivesOn()
    {
        Cache.Set("k", 1, new EntryPolicy { SlidingWindow = TimeSpan.FromMinutes(16) });
        using KeyBatch keys = Keys("k");
        using var values = new ValueBatch();
        for (int i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(1, Cache.TryGetMany(keys, values));
        }
    }

    [Fact]
    public void TryGetMany_IntoSpans_GivesValuesAndHits()
    {
        Cache.Set("a", 1L);
        Cache.Set("short", (byte)2);
        Cache.Set("long", new byte[5000]);
        Cache.Set("b", 4L);
        using KeyBatch keys = Keys("a", "short", "long", "none", "b");
        var values = new long[5];
        var isHit = new bool[5];
        values.AsSpan().Fill(-1);
        isHit.AsSpan().Fill(true);
        Assert.Equal(2, Cache.TryGetMany<long>(keys, values, isHit));
        Assert.Equal([1, 0, 0, 0, 4], values);
        Assert.Equal([true, false, false, false, true], isHit);
        Assert.Equal(2, Cache.GetStatistics().UnreadablePayloads);
        Assert.Equal((2, 3), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
        Assert.Equal("values", Assert.Throws<ArgumentException>(() => Cache.TryGetMany<long>(keys, new long[4], new bool[5])).ParamName);
        Assert.Equal("isHit", Assert.Throws<ArgumentException>(() => Cache.TryGetMany<long>(keys, new long[5], new bool[4])).ParamName);
    }

    [Fact]
    public async Task TryGetManyAsync_OverMemoryAlone_CompletesSynchronously()
    {
        Cache.Set("a", 1);
        using KeyBatch keys = Keys("a", "b");
        using var values = new ValueBatch();
        ValueTask<int> reading = Cache.TryGetManyAsync(keys, values, Token);
        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal(1, await reading);
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await Cache.TryGetManyAsync(keys, values, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void TryGetMany_NoKeys_FindsNothing()
    {
        using var keys = new KeyBatch();
        using var values = new ValueBatch();
        Assert.Equal(0, Cache.TryGetMany(keys, values));
        Assert.Equal(0, Cache.TryGetMany<int>(keys, [], []));
    }

    internal static KeyBatch Keys(params ReadOnlySpan<string> keys)
    {
        var batch = new KeyBatch();
        foreach (string key in keys)
            batch.Add(key);
        return batch;
    }
}
