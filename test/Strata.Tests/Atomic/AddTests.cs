using Strata.Entries;
using Strata.Payloads;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Atomic;

public sealed class AddTests() : CacheFixture(tiersBehind: 1)
{
    [Fact]
    public void Add_KeyWithoutValue_AddsOnce()
    {
        Assert.True(Cache.Add("k", 1));
        Assert.False(Cache.Add("k", 2));
        Assert.True(Cache.TryGet("k", out int value) && value == 1);
        Assert.Equal(BitConverter.GetBytes(1), Behind[0].Peek("k"u8));
        Assert.Equal(1, Behind[0].Writes);
    }

    [Fact]
    public async Task Add_ValuesOfEveryKind_AreKept()
    {
        Assert.True(Cache.Add("bytes", "raw"u8));
        Assert.True(Cache.Add("text", "words"));
        Assert.True(Cache.Add("json", new Product(7, "p", []), TestJson.Default.Product));
        Assert.True(Cache.Add("utf8", "words", PayloadSerializer.Utf8));
        Assert.True(await Cache.AddAsync("int", 5, default, Token));
        Assert.True(await Cache.AddAsync("text2", "words", default, Token));
        Assert.True(await Cache.AddAsync("json2", new Product(8, "p", []), TestJson.Default.Product, default, Token));
        Assert.True(await Cache.AddAsync("bytes2", "raw"u8, TimeSpan.FromMinutes(1), Token));
        Assert.False(await Cache.AddAsync("utf8", "others", PayloadSerializer.Utf8, default, Token));
        Assert.True(Cache.TryGet("json2", TestJson.Default.Product, out Product? product) && product.Id == 8);
        Assert.True(Cache.TryGet("text2", out string? text) && text == "words");
        Assert.Equal("raw"u8.ToArray(), Behind[0].Peek("bytes2"u8));
        Time.Advance(TimeSpan.FromMinutes(2));
        Behind[0].ReadFault = TierReadStatus.Miss;
        Assert.False(Cache.TryGet("bytes2", new byte[8], out _));
    }

    [Fact]
    public void Add_OverAStaleEntry_Replaces()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromHours(1) };
        Cache.Set("k", 1, policy);
        Assert.False(Cache.Add("k", 2, policy));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(Cache.Add("k", 3, policy));
        Assert.True(Cache.TryGet("k", out int value) && value == 3);
    }

    [Fact]
    public void Add_OverAnEntryThatIsToBeRefreshed_DoesNot()
    {
        Cache.GetOrAdd("k", static _ => 1, new EntryPolicy { Ttl = TimeSpan.FromMinutes(10), EagerRefresh = 0.5, StaleGrace = TimeSpan.FromHours(1) });
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.False(Cache.Add("k", 2));
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.True(Cache.Add("k", 3));
    }

    [Fact]
    public void Add_OverASlidingEntryPastItsStep_DoesNot()
    {
        Cache.Set("k", 1, new EntryPolicy { SlidingWindow = TimeSpan.FromMinutes(16) });
        Time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(Cache.Add("k", 2));
    }

    [Fact]
    public void Add_OverAnEntryThatSaysThereIsNone_Replaces()
    {
        Cache.GetOrAdd("k", static load => load.Nothing<int>(), new EntryPolicy { NegativeTtl = TimeSpan.FromHours(1) });
        Assert.True(Cache.Add("k", 3));
        Assert.True(Cache.TryGet("k", out int value) && value == 3);
    }

    [Fact]
    public void Add_DuringALoadOfTheKey_Wins()
    {
        Assert.Equal(1, Cache.GetOrAdd("k", Cache, static (cache, _) => cache.Add("k", 2) ? 1 : 0));
        Assert.True(Cache.TryGet("k", out int value) && value == 2);
    }

    [Fact]
    public void Add_PolicyThatLeavesMemoryOut_IsRefused()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Cache.Add("k", 1, new EntryPolicy { Access = TierAccess.SkipMemoryWrite }));
        Assert.Contains("SkipMemoryWrite", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Cache.Add("k", new byte[Cache.MaxValueBytes + 1].AsSpan()));
        Assert.Null(Behind[0].Peek("k"u8));
    }

    [Fact(Timeout = 30_000)]
    public async Task Add_ByManyAtOnce_SucceedsForOne()
    {
        for (int round = 0; round < 200; round++)
        {
            using var start = new Barrier(4);
            int added = 0;
            await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
            {
                start.SignalAndWait(Token);
                if (Cache.Add($"k:{round}", caller))
                    Interlocked.Increment(ref added);
            }, Token)));
            Assert.Equal(1, added);
        }
    }
}
