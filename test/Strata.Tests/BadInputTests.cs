using System.Buffers;
using Strata.Entries;
using Strata.Payloads;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests;

/// <summary>What is refused, with what words, and that nothing is left behind.</summary>
public sealed class BadInputTests : CacheFixture
{
    public static TheoryData<string, Func<TieredCache, string, object?>> Verbs => new()
    {
        { "TryGet", static (cache, key) => cache.TryGet(key, out int _) },
        { "TryGet span", static (cache, key) => cache.TryGet(key, new byte[8], out int _) },
        { "TryGet writer", static (cache, key) => cache.TryGet(key, new ArrayBufferWriter<byte>()) },
        { "TryGet text", static (cache, key) => cache.TryGet(key, out string? _) },
        { "TryGet json", static (cache, key) => cache.TryGet(key, TestJson.Default.Product, out _) },
        { "TryGetAsync", static (cache, key) => cache.TryGetAsync<int>(key).Result },
        { "TryGetStringAsync", static (cache, key) => cache.TryGetStringAsync(key).Result },
        { "Set", static (cache, key) => cache.Set(key, 1) },
        { "Set bytes", static (cache, key) => cache.Set(key, "v"u8) },
        { "Set text", static (cache, key) => cache.Set(key, "v") },
        { "Set pieces", static (cache, key) => cache.Set(key, Pieces.Of(new byte[4], 2)) },
        { "SetAsync", static (cache, key) => cache.SetAsync(key, 1).Result },
        { "Remove", static (cache, key) => cache.Remove(key) },
        { "RemoveAsync", static (cache, key) => cache.RemoveAsync(key).Result },
        { "GetOrAdd", static (cache, key) => cache.GetOrAdd(key, static _ => 1) },
        { "GetOrAdd text", static (cache, key) => cache.GetOrAdd(key, static _ => "v") },
        { "GetOrAddAsync", static (cache, key) => cache.GetOrAddAsync(key, static _ => ValueTask.FromResult(1)).Result },
        { "GetOrAddAsync json", static (cache, key) => cache.GetOrAddAsync(key, static _ => ValueTask.FromResult(new Product(1, "p", [])), TestJson.Default.Product).Result },
    };

    public static TheoryData<string, Func<TieredCache, CancellationToken, Task>> Cancellable => new()
    {
        { "TryGetAsync", static async (cache, token) => await cache.TryGetAsync<int>("k", token) },
        { "TryGetStringAsync", static async (cache, token) => await cache.TryGetStringAsync("k", token) },
        { "TryGetAsync json", static async (cache, token) => await cache.TryGetAsync("k", TestJson.Default.Product, token) },
        { "SetAsync", static async (cache, token) => await cache.SetAsync("k", 1, default, token) },
        { "SetAsync text", static async (cache, token) => await cache.SetAsync("k", "v", default, token) },
        { "RemoveAsync", static async (cache, token) => await cache.RemoveAsync("kept", token) },
        { "ClearAsync", static async (cache, token) => await cache.ClearAsync(token) },
        { "GetOrAddAsync", static async (cache, token) => await cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(1), default, token) },
        { "GetOrAddAsync text", static async (cache, token) => await cache.GetOrAddAsync("k", static _ => ValueTask.FromResult("v"), default, token) },
        { "GetOrAddAsync json", static async (cache, token) => await cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(new Product(1, "p", [])), TestJson.Default.Product, default, token) },
        { "GetOrAddAsync writer", static async (cache, token) => await cache.GetOrAddAsync("k", new ArrayBufferWriter<byte>(), 1, static (_, _, _) => ValueTask.CompletedTask, default, token) },
        { "GetOrAdd", static async (cache, token) => { await Task.Yield(); cache.GetOrAdd("k", static _ => 1, default, token); } },
        { "GetOrAdd writer", static async (cache, token) => { await Task.Yield(); cache.GetOrAdd("k", new ArrayBufferWriter<byte>(), 1, static (_, _, _) => { }, default, token); } },
    };

    [Theory]
    [MemberData(nameof(Verbs), DisableDiscoveryEnumeration = true)]
    public void AnyVerb_WithBadKey_ThrowsNamingLengthAndLimit(string verb, Func<TieredCache, string, object?> call)
    {
        ArgumentException empty = Assert.Throws<ArgumentException>(() => call(Cache, ""));
        Assert.Equal("key", empty.ParamName);
        Assert.Contains("1 to 4096", empty.Message, StringComparison.Ordinal);
        ArgumentException overlong = Assert.Throws<ArgumentException>(() => call(Cache, new string('k', 4_097)));
        Assert.Contains("4097 bytes", overlong.Message, StringComparison.Ordinal);
        Assert.Contains("1 to 4096", overlong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => call(Cache, null!));
        Assert.Equal(0, Cache.GetStatistics().EntryCount);
        Assert.NotNull(verb);
        call(Cache, new string('k', 4_096));
    }

    [Theory]
    [MemberData(nameof(Verbs), DisableDiscoveryEnumeration = true)]
    public void AnyVerb_AfterDispose_Throws(string verb, Func<TieredCache, string, object?> call)
    {
        TieredCache cache = Create();
        cache.Set("k", 1);
        cache.Dispose();
        cache.Dispose();
        ObjectDisposedException exception = Assert.Throws<ObjectDisposedException>(() => call(cache, "k"));
        Assert.Contains(nameof(TieredCache), exception.ObjectName, StringComparison.Ordinal);
        Assert.NotNull(verb);
    }

    [Fact]
    public async Task ClearAndStatistics_AfterDispose_Throw()
    {
        TieredCache cache = Create();
        cache.Dispose();
        Assert.Throws<ObjectDisposedException>(cache.Clear);
        Assert.Throws<ObjectDisposedException>(() => cache.GetStatistics());
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await cache.ClearAsync());
    }

    [Theory]
    [MemberData(nameof(Cancellable), DisableDiscoveryEnumeration = true)]
    public async Task AnyVerb_WithCancelledToken_ThrowsAndChangesNothing(string verb, Func<TieredCache, CancellationToken, Task> call)
    {
        Cache.Set("kept", 5);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call(Cache, new CancellationToken(canceled: true)));
        Assert.True(Cache.TryGet("kept", out int _), verb);
        Assert.Equal((1, 1, 0), (Cache.GetStatistics().EntryCount, Cache.GetStatistics().Writes, Cache.GetStatistics().Loads));
    }

    [Fact]
    public async Task Set_OfTooLongValue_ThrowsNamingLengthAndLimitAndKeepsTheFormerValue()
    {
        Cache.Set("k", "old");
        byte[] value = new byte[Cache.MaxValueBytes + 1];
        string text = new('x', value.Length);
        ArgumentException[] exceptions =
        [
            Assert.Throws<ArgumentException>(() => Cache.Set("k", value)),
            Assert.Throws<ArgumentException>(() => Cache.Set("k", new ReadOnlySequence<byte>(value))),
            Assert.Throws<ArgumentException>(() => Cache.Set("k", text)),
            Assert.Throws<ArgumentException>(() => Cache.Set("k", value, PayloadSerializer.Bytes)),
            await Assert.ThrowsAsync<ArgumentException>(async () => await Cache.SetAsync("k", value)),
            await Assert.ThrowsAsync<ArgumentException>(async () => await Cache.SetAsync("k", text)),
        ];
        Assert.All(exceptions, exception =>
        {
            Assert.Equal("value", exception.ParamName);
            Assert.Contains($"{value.Length} bytes", exception.Message, StringComparison.Ordinal);
            Assert.Contains($"{Cache.MaxValueBytes} bytes", exception.Message, StringComparison.Ordinal);
        });
        Assert.True(Cache.TryGet("k", out string? kept));
        Assert.Equal("old", kept);
        Assert.True(Cache.Set("k", new byte[Cache.MaxValueBytes]));
    }

    [Fact]
    public void GetOrAdd_OfTooLongValue_ReturnsItAndKeepsNothing()
    {
        int length = (int)Cache.MaxValueBytes + 1;
        Assert.Equal(length, Cache.GetOrAdd("k", length, static (n, _) => new string('x', n)).Length);
        Assert.False(Cache.TryGet("k", out string? _));
        Assert.Equal(1, Cache.GetStatistics().LoadsNotKept);
    }

    [Fact]
    public async Task GetOrAdd_WhoseFactoryReturnsNull_ThrowsAndKeepsNothing()
    {
        InvalidOperationException[] exceptions =
        [
            Assert.Throws<InvalidOperationException>(() => Cache.GetOrAdd("secret", static _ => (string)null!)),
            Assert.Throws<InvalidOperationException>(() => Cache.GetOrAdd("secret", static _ => (Product)null!, TestJson.Default.Product)),
            await Assert.ThrowsAsync<InvalidOperationException>(async () => await Cache.GetOrAddAsync("secret", static _ => ValueTask.FromResult((string)null!))),
        ];
        Assert.All(exceptions, exception =>
        {
            Assert.Contains("null", exception.Message, StringComparison.Ordinal);
            Assert.Contains("6 bytes", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
        });
        Assert.False(Cache.TryGet("secret", out string? _));
        Assert.Equal("v", Cache.GetOrAdd("secret", static _ => "v"));
    }

    [Fact]
    public async Task GetOrAdd_WhoseFactoryThrows_PassesItOnAndTriesAgainNextTime()
    {
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<FormatException>(() => Cache.GetOrAdd<int>("k", static _ => throw new FormatException()));
            await Assert.ThrowsAsync<FormatException>(async () => await Cache.GetOrAddAsync<int>("k", static _ => throw new FormatException()));
        }

        Assert.Equal((6, 6, 0), (Cache.GetStatistics().Loads, Cache.GetStatistics().LoadFailures, Cache.GetStatistics().LoadsInFlight));
        Assert.Equal(1, Cache.GetOrAdd("k", static _ => 1));
    }

    [Fact]
    public void GetOrAdd_WhoseSerializerThrows_PassesItOnAndKeepsNothing()
    {
        string broken = "\ud83d";
        Assert.Throws<ArgumentException>(() => Cache.GetOrAdd("k", broken, static (text, _) => text));
        Assert.Throws<ArgumentException>(() => Cache.Set("k", broken));
        Assert.False(Cache.TryGet("k", out string? _));
    }

    [Fact]
    public void GetOrAdd_WhoseWriterFactoryFailsHalfWay_TouchesNeitherDestinationNorCache()
    {
        var destination = new ArrayBufferWriter<byte>();
        Assert.Throws<FormatException>(() => Cache.GetOrAdd("k", destination, 1, static (_, writer, _) =>
        {
            writer.Write("half"u8);
            throw new FormatException();
        }));
        Assert.Equal(0, destination.WrittenCount);
        Assert.False(Cache.TryGet("k", destination));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void AnyVerb_WithBadTimeToLive_ThrowsBeforeAnythingHappens(int seconds)
    {
        TimeSpan ttl = TimeSpan.FromSeconds(seconds);
        Assert.Throws<ArgumentOutOfRangeException>(() => Cache.Set("k", 1, ttl));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cache.GetOrAdd("k", static _ => 1, ttl));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cache.GetOrAdd("k", context => { context.Options = ttl; return 1; }));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void AnyVerb_WithNullArgument_ThrowsNamingIt()
    {
        Assert.Equal("factory", Assert.Throws<ArgumentNullException>(() => Cache.GetOrAdd("k", (Func<LoadContext, int>)null!)).ParamName);
        Assert.Equal("destination", Assert.Throws<ArgumentNullException>(() => Cache.TryGet("k", (IBufferWriter<byte>)null!)).ParamName);
        Assert.Equal("serializer", Assert.Throws<ArgumentNullException>(() => Cache.Set("k", 1, (IPayloadSerializer<int>)null!)).ParamName);
        Assert.Equal("value", Assert.Throws<ArgumentNullException>(() => Cache.Set("k", (string)null!)).ParamName);
        Assert.Equal("typeInfo", Assert.Throws<ArgumentNullException>(() => Cache.TryGet("k", (System.Text.Json.Serialization.Metadata.JsonTypeInfo<Product>)null!, out _)).ParamName);
    }

    [Fact(Timeout = 30_000)]
    public async Task Dispose_DuringALoad_LetsItsCallersHaveTheValue()
    {
        TieredCache cache = Create();
        var gate = new TaskCompletionSource();
        Task<int> load = cache.GetOrAddAsync("k", gate, static async (g, _) => { await g.Task; return 6; }).AsTask();
        cache.Dispose();
        gate.SetResult();
        Assert.Equal(6, await load);
    }
}
