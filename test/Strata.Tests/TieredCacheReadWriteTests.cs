using System.Buffers;
using System.Text;
using Strata.Payloads;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests;

public sealed class TieredCacheReadWriteTests : CacheFixture
{
    [Fact]
    public void TryGet_WithEveryFormOfKey_FindsTheSameEntry()
    {
        int id = 1;
        Assert.True(Cache.Set("user:1", 42));
        Assert.True(Cache.TryGet("user:1"u8, out int a));
        Assert.True(Cache.TryGet("user:1", out int b));
        Assert.True(Cache.TryGet($"user:{id}", out int c));
        Assert.True(Cache.TryGet("user:1"u8.ToArray(), out int d));
        Assert.True(Cache.TryGet("user:1".AsSpan(), out int e));
        Assert.Equal([42, 42, 42, 42, 42], [a, b, c, d, e]);
        Assert.True(Cache.Remove($"user:{id}"));
        Assert.False(Cache.TryGet("user:1", out a));
        Assert.Equal(0, a);
    }

    [Fact]
    public void Set_OfEveryKindOfValue_ReadsBack()
    {
        Span<byte> span = [1, 2, 3];
        Cache.Set("span", span);
        Cache.Set("utf8", "bytes"u8);
        Cache.Set("array", new byte[] { 4, 5 });
        Cache.Set("text", "žluť");
        Cache.Set("empty", "");
        Cache.Set("struct", (1, 2.5));
        Cache.Set("pieces", Pieces.Of("abcdef"u8.ToArray(), 2));
        Cache.Set("json", new Product(1, "p", [1]), TestJson.Default.Product);
        Cache.Set("serializer", new byte[] { 9 }, PayloadSerializer.Bytes);

        Assert.Equal([1, 2, 3], Read("span"));
        Assert.Equal("bytes", Encoding.UTF8.GetString(Read("utf8")));
        Assert.Equal([4, 5], Read("array"));
        Assert.Equal("abcdef", Encoding.UTF8.GetString(Read("pieces")));
        Assert.True(Cache.TryGet("text", out string? text));
        Assert.Equal("žluť", text);
        Assert.True(Cache.TryGet("empty", out string? empty));
        Assert.Equal("", empty);
        Assert.True(Cache.TryGet("struct", out (int, double) pair));
        Assert.Equal((1, 2.5), pair);
        Assert.True(Cache.TryGet("json", TestJson.Default.Product, out Product? product));
        Assert.Equal("p", product.Name);
        Assert.True(Cache.TryGet("serializer", PayloadSerializer.Bytes, out byte[]? bytes));
        Assert.Equal([9], bytes);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void TryGet_OfTextAroundTheBufferLengths_IsWhole(int length)
    {
        string text = new('t', length);
        Cache.Set("text", text);
        Assert.True(Cache.TryGet("text", out string? read));
        Assert.Equal(text, read);
    }

    [Fact]
    public void TryGet_IntoTooShortDestination_TellsTheLengthAndIsNoHit()
    {
        Cache.Set("k", "12345"u8);
        Assert.False(Cache.TryGet("k", new byte[4], out int valueBytes));
        Assert.Equal(5, valueBytes);
        Assert.True(Cache.TryGet("k", new byte[5], out valueBytes));
        Assert.Equal(5, valueBytes);
        Assert.False(Cache.TryGet("none", new byte[5], out valueBytes));
        Assert.Equal(0, valueBytes);
    }

    [Fact]
    public void TryGet_ThatMisses_LeavesTheWriterAlone()
    {
        var destination = new ArrayBufferWriter<byte>();
        Assert.False(Cache.TryGet("none", destination));
        Assert.Equal(0, destination.WrittenCount);
    }

    [Fact]
    public void TryGet_OfAnotherType_IsAMissThatIsCounted()
    {
        Cache.Set("k", 5L);
        Assert.False(Cache.TryGet("k", out int number));
        Assert.Equal(0, number);
        Assert.False(Cache.TryGet("k", out decimal longer));
        Assert.Equal(0, longer);
        Cache.Set("k", [0xFF, 0xFE]);
        Assert.False(Cache.TryGet("k", out string? text));
        Assert.Null(text);
        Assert.False(Cache.TryGet("k", TestJson.Default.Product, out _));
        Assert.Equal(4, Cache.GetStatistics().UnreadablePayloads);
        Assert.Equal((0, 4), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void Set_WithTimeToLive_EndsOnTime()
    {
        Cache.Set("k", 1, TimeSpan.FromSeconds(10));
        Time.Advance(TimeSpan.FromMilliseconds(9_999));
        Assert.True(Cache.TryGet("k", out int _));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void Set_UnderADefaultTimeToLive_TakesItUnlessToldOtherwise()
    {
        using TieredCache cache = Create(defaultTtl: TimeSpan.FromSeconds(10));
        cache.Set("default", 1);
        cache.Set("longer", 1, TimeSpan.FromSeconds(20));
        cache.Set("always", 1, Timeout.InfiniteTimeSpan);
        Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(cache.TryGet("default", out int _));
        Assert.True(cache.TryGet("longer", out int _));
        Time.Advance(TimeSpan.FromDays(1_000));
        Assert.False(cache.TryGet("longer", out int _));
        Assert.True(cache.TryGet("always", out int _));
    }

    [Fact]
    public void Remove_OfMissingKey_IsFalse() => Assert.False(Cache.Remove("none"));

    [Fact]
    public void Clear_WithEntries_LeavesNone()
    {
        for (int i = 0; i < 100; i++)
            Cache.Set($"k{i}", i);
        Cache.Clear();
        for (int i = 0; i < 100; i++)
            Assert.False(Cache.TryGet($"k{i}", out int _));
    }

    [Fact]
    public async Task AsynchronousVerbs_WithMemoryAlone_CompleteSynchronously()
    {
        Assert.True(Done(Cache.SetAsync("text", "v", default, Token)));
        Assert.True(Done(Cache.SetAsync("struct", 7, default, Token)));
        Assert.True(Done(Cache.SetAsync("bytes", "b"u8, default, Token)));
        Assert.True(Done(Cache.SetAsync("json", new Product(1, "p", []), TestJson.Default.Product, default, Token)));
        Assert.Equal((true, "v"), Done(Cache.TryGetStringAsync("text", Token)) is (true, var text) ? (true, text) : default);
        Assert.Equal(7, Done(Cache.TryGetAsync<int>("struct", Token)).Value);
        Assert.Equal("b"u8.ToArray(), Done(Cache.TryGetAsync("bytes", PayloadSerializer.Bytes, Token)).Value);
        Assert.Equal("p", Done(Cache.TryGetAsync("json", TestJson.Default.Product, Token)).Value!.Name);
        Assert.False(Done(Cache.TryGetAsync<int>("none", Token)).IsHit);
        Assert.True(Done(Cache.RemoveAsync("text", Token)));
        await Cache.ClearAsync(Token);
        Assert.False(Done(Cache.TryGetAsync<int>("struct", Token)).IsHit);
    }

    private static T Done<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompletedSuccessfully);
        return task.Result;
    }

    private byte[] Read(string key)
    {
        var destination = new ArrayBufferWriter<byte>();
        Assert.True(Cache.TryGet(key, destination));
        return destination.WrittenSpan.ToArray();
    }
}
