using System.Buffers;
using Strata.Entries;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests;

public sealed class TieredCacheGetOrAddTests : CacheFixture
{
    [Fact]
    public void GetOrAdd_OfEveryKind_LoadsOnceAndKeeps()
    {
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(10, Cache.GetOrAdd("int", 5, static (state, _) => state * 2));
            Assert.Equal(3, Cache.GetOrAdd("plain", static _ => 3));
            Assert.Equal("v5", Cache.GetOrAdd("text", 5, static (state, _) => $"v{state}"));
            Assert.Equal("v", Cache.GetOrAdd("plaintext", static _ => "v"));
            Assert.Equal("p", Cache.GetOrAdd("json", "p", static (name, _) => new Product(1, name, []), TestJson.Default.Product).Name);
            Assert.Equal("q", Cache.GetOrAdd("plainjson", static _ => new Product(1, "q", []), TestJson.Default.Product).Name);
            Assert.Equal([5], Cache.GetOrAdd("serializer", (byte)5, static (state, _) => new[] { state }, PayloadSerializer.Bytes));
            Assert.Equal([6], Cache.GetOrAdd("plainserializer", static _ => new byte[] { 6 }, PayloadSerializer.Bytes));
            var destination = new ArrayBufferWriter<byte>();
            Cache.GetOrAdd("bytes", destination, 7, static (state, writer, _) => writer.Write([(byte)state]));
            Assert.Equal([7], destination.WrittenSpan.ToArray());
        }

        Assert.Equal(9, Cache.GetStatistics().Loads);
        Assert.Equal((9, 9), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public async Task GetOrAddAsync_OfEveryKind_LoadsOnceAndKeeps()
    {
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(10, await Cache.GetOrAddAsync("int", 5, static async (state, _) => { await Task.Yield(); return state * 2; }, default, Token));
            Assert.Equal(3, await Cache.GetOrAddAsync("plain", static _ => ValueTask.FromResult(3), default, Token));
            Assert.Equal("v5", await Cache.GetOrAddAsync("text", 5, static async (state, _) => { await Task.Yield(); return $"v{state}"; }, default, Token));
            Assert.Equal("v", await Cache.GetOrAddAsync("plaintext", static _ => ValueTask.FromResult("v"), default, Token));
            Assert.Equal("p", (await Cache.GetOrAddAsync("json", "p", static async (name, _) => { await Task.Yield(); return new Product(1, name, []); }, TestJson.Default.Product, default, Token)).Name);
            Assert.Equal("q", (await Cache.GetOrAddAsync("plainjson", static _ => ValueTask.FromResult(new Product(1, "q", [])), TestJson.Default.Product, default, Token)).Name);
            Assert.Equal([5], await Cache.GetOrAddAsync("serializer", (byte)5, static (state, _) => ValueTask.FromResult(new[] { state }), PayloadSerializer.Bytes, default, Token));
            Assert.Equal([6], await Cache.GetOrAddAsync("plainserializer", static _ => ValueTask.FromResult(new byte[] { 6 }), PayloadSerializer.Bytes, default, Token));
            var destination = new ArrayBufferWriter<byte>();
            await Cache.GetOrAddAsync("bytes", destination, 7, static async (state, writer, _) => { await Task.Yield(); writer.Write([(byte)state]); }, default, Token);
            Assert.Equal([7], destination.WrittenSpan.ToArray());
        }

        Assert.Equal(9, Cache.GetStatistics().Loads);
        Assert.Equal((9, 9), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void GetOrAdd_WithTimeToLive_LoadsAgainAfterIt()
    {
        int loads = 0;
        for (int i = 0; i < 5; i++)
        {
            Cache.GetOrAdd("k", _ => ++loads, TimeSpan.FromSeconds(2));
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(3, loads);
    }

    [Fact]
    public void GetOrAdd_WhoseFactorySetsTheTimeToLive_KeepsItThatLong()
    {
        Cache.GetOrAdd("k", static context => { context.Options = TimeSpan.FromSeconds(1); return 1; }, TimeSpan.FromHours(1));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void GetOrAdd_OfAnEntryOfAnotherType_ReplacesIt()
    {
        Cache.Set("k", "text");
        Assert.Equal(5L, Cache.GetOrAdd("k", static _ => 5L));
        Assert.True(Cache.TryGet("k", out long value));
        Assert.Equal(5, value);
    }

    [Fact]
    public void GetOrAdd_ReturnsCopies_SoThatNobodyChangesWhatIsKept()
    {
        Product first = Cache.GetOrAdd("k", static _ => new Product(1, "p", [1, 2]), TestJson.Default.Product);
        first.Prices[0] = 99;
        Product second = Cache.GetOrAdd("k", static _ => new Product(0, "", []), TestJson.Default.Product);
        second.Prices[1] = 99;
        Assert.Equal([1, 2], Cache.GetOrAdd("k", static _ => new Product(0, "", []), TestJson.Default.Product).Prices);
    }

    [Fact]
    public async Task GetOrAdd_RunsTheFactoryOnTheCallerInItsContext()
    {
        var local = new AsyncLocal<int> { Value = 17 };
        int thread = Environment.CurrentManagedThreadId;
        Assert.Equal((thread, 17), Cache.GetOrAdd("sync", local, static (l, _) => (Environment.CurrentManagedThreadId, l.Value)));
        (int Thread, int Before, int After) seen = await Cache.GetOrAddAsync(
            "async",
            local,
            static async (l, _) =>
            {
                int at = Environment.CurrentManagedThreadId;
                int before = l.Value;
                await Task.Yield();
                return (at, before, l.Value);
            },
            default,
            Token);
        Assert.Equal((thread, 17, 17), seen);
    }

    [Fact]
    public void GetOrAdd_WhoseFactoryUsesTheCache_MayDoSo()
    {
        int sum = Cache.GetOrAdd("outer", Cache, static (cache, _) =>
        {
            cache.Set("side", 1);
            return cache.GetOrAdd("inner", cache, static (inner, _) => inner.TryGet("side", out int side) ? side + 1 : 0) + 1;
        });
        Assert.Equal(3, sum);
        Assert.True(Cache.TryGet("inner", out int kept));
        Assert.Equal(2, kept);
    }

    [Fact]
    public void GetOrAdd_OfManyKeysBeyondTheCapacity_NeverFails()
    {
        byte[] value = new byte[1_000];
        for (int i = 0; i < 20_000; i++)
        {
            var destination = new ArrayBufferWriter<byte>();
            Cache.GetOrAdd($"k{i}", destination, value, static (state, writer, _) => writer.Write(state));
            Assert.Equal(1_000, destination.WrittenCount);
        }

        Assert.InRange(Cache.GetStatistics().UsedBytes, 0, Cache.GetStatistics().CapacityBytes);
    }

    [Fact]
    public void LoadContext_OfALoad_HoldsTheCallersOptions()
    {
        EntryOptions seen = default;
        Cache.GetOrAdd("k", context => { seen = context.Options; return 1; }, TimeSpan.FromMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(3), seen.Ttl);
    }
}
