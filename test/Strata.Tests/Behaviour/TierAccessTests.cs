using System.Buffers;
using Strata.Entries;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class TierAccessTests() : CacheFixture(tiersBehind: 1)
{
    [Fact]
    public void SkipMemoryRead_LoadsAnewAndKeepsTheResult()
    {
        Cache.Set("k", 1, new EntryPolicy { Access = TierAccess.SkipTierWrite });
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2, new EntryPolicy { Access = TierAccess.SkipMemoryRead }));
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 3));
        Assert.Equal((1, 1), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public async Task SkipMemoryWrite_LeavesNoOlderValueInMemory()
    {
        Cache.Set("k", 1);
        Cache.Set("k", 2, new EntryPolicy { Access = TierAccess.SkipMemoryWrite });
        Assert.Equal(0, Cache.GetStatistics().EntryCount);
        var destination = new ArrayBufferWriter<byte>();
        Assert.Equal(TierReadStatus.Hit, (await Behind[0].GetAsync("k"u8.ToArray(), destination)).Status);
        Assert.Equal(2, BitConverter.ToInt32(destination.WrittenSpan));
    }

    [Fact]
    public void SkipMemoryWrite_OfALoad_KeepsItBehindOnly()
    {
        Assert.Equal(1, Cache.GetOrAdd("k", static _ => 1, new EntryPolicy { Access = TierAccess.SkipMemoryWrite }));
        Assert.Equal(0, Cache.GetStatistics().EntryCount);
        Assert.Equal(1, Cache.GetOrAdd("k", static _ => 2));
    }

    [Fact]
    public void SkipTierRead_DoesNotAskThem()
    {
        Cache.Set("k", 1, new EntryPolicy { Access = TierAccess.SkipMemoryWrite });
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2, new EntryPolicy { Access = TierAccess.SkipTierRead | TierAccess.SkipTierWrite }));
    }

    [Fact]
    public async Task SkipTierWrite_KeepsItInMemoryOnly()
    {
        Cache.Set("k", 1, new EntryPolicy { Access = TierAccess.SkipTierWrite });
        Cache.GetOrAdd("loaded", static _ => 1, new EntryPolicy { Access = TierAccess.SkipTierWrite });
        Assert.Equal(TierReadStatus.Miss, (await Behind[0].GetAsync("k"u8.ToArray(), new ArrayBufferWriter<byte>())).Status);
        Assert.Equal(TierReadStatus.Miss, (await Behind[0].GetAsync("loaded"u8.ToArray(), new ArrayBufferWriter<byte>())).Status);
        Assert.True(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void DoNotStore_OfAForcedLoad_RemovesTheValueBehind()
    {
        Cache.Set("k", 1);
        var forced = new EntryPolicy { Access = TierAccess.SkipMemoryRead | TierAccess.SkipTierRead };
        Assert.Equal(2, Cache.GetOrAdd("k", static load => { load.DoNotStore(); return 2; }, forced));
        Assert.Null(Behind[0].Peek("k"u8));
        Assert.False(Cache.TryGet("k", out int _));

        Cache.Set("k", 1);
        Cache.GetOrAdd("k", static load => { load.DoNotStore(); return 2; }, new EntryPolicy { Access = forced.Access | TierAccess.SkipTierWrite });
        Assert.NotNull(Behind[0].Peek("k"u8));
    }

    [Fact]
    public void Load_TooLongToKeep_LeavesNoFormerValueBehind()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, MaxValueBytes = 1000, TimeProvider = Time, BackgroundMaintenance = false, Tiers = { Behind[0] } });
        cache.Set("k", "old");
        var forced = new EntryPolicy { Access = TierAccess.SkipMemoryRead | TierAccess.SkipTierRead };
        Assert.Equal(2000, cache.GetOrAdd("k", static _ => new string('x', 2000), forced).Length);
        Assert.False(cache.TryGet("k", out string? _));
    }
}
