using Strata.Entries;
using Strata.TestKit.Tiers;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class SlidingTests : CacheFixture
{
    private static readonly EntryPolicy Policy = new() { SlidingWindow = TimeSpan.FromMinutes(16) };

    [Fact]
    public void TryGet_WithinTheWindow_BeginsItAnew()
    {
        Cache.Set("k", 1, Policy);
        for (int i = 0; i < 10; i++)
        {
            Time.Advance(TimeSpan.FromMinutes(15));
            Assert.True(Cache.TryGet("k", out int _));
        }

        Time.Advance(TimeSpan.FromMinutes(16));
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Equal((10, 1), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void TryGet_WithinASixteenth_LeavesTheEntryAlone()
    {
        Cache.Set("k", 1, Policy);
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(Cache.TryGet("k", out int _));
        Time.Advance(TimeSpan.FromMinutes(16) - TimeSpan.FromSeconds(59));

        // The read of the first minute did not count: the window ends where it would have without it.
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void TryGet_WithATtlToo_EndsAtIt()
    {
        Cache.Set("k", 1, Policy with { Ttl = TimeSpan.FromMinutes(40) });
        for (int i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromMinutes(13));
            Assert.True(Cache.TryGet("k", out int _));
        }

        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void GetOrAdd_WithinTheWindow_DoesNotLoad()
    {
        Cache.GetOrAdd("k", static _ => "a", Policy);
        for (int i = 0; i < 5; i++)
        {
            Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal("a", Cache.GetOrAdd("k", static _ => "b", Policy));
        }
    }

    [Theory]
    [InlineData(30)]
    [InlineData(90)]
    public void Set_TtlOfTheCallShorterThanTheWindow_EndsAtIt(int seconds)
    {
        Assert.True(Cache.Set("k", 1, new EntryOptions { Policy = Policy, Ttl = TimeSpan.FromSeconds(seconds) }));
        Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.True(Cache.TryGet("k", out int _));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void Set_WithATierBehind_IsKeptThereForOneWindow()
    {
        var behind = new FaultyTier(Time);
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, Tiers = { behind } });
        cache.Set("k", 1, Policy);
        cache.Set("short", 1, new EntryOptions { Policy = Policy, Ttl = TimeSpan.FromMinutes(17) });
        cache.GetOrAdd("loaded", static _ => 1, Policy with { Ttl = TimeSpan.FromDays(1) });
        Time.Advance(TimeSpan.FromMinutes(16) - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(behind.Peek("k"u8));
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal((null, null, null), (behind.Peek("k"u8), behind.Peek("short"u8), behind.Peek("loaded"u8)));
        Assert.False(cache.TryGet("k", out int _));
    }
}
