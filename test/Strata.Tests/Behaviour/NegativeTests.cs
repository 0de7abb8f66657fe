using Strata.Entries;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class NegativeTests() : CacheFixture(tiersBehind: 1)
{
    private static readonly EntryPolicy Policy = new() { Ttl = TimeSpan.FromMinutes(10), NegativeTtl = TimeSpan.FromMinutes(1) };
    private int _loads;

    [Fact]
    public void GetOrAdd_FactoryFindsNothing_IsKnownForItsTime()
    {
        Assert.Null(Find());
        Assert.Null(Find());
        Assert.Equal(1, _loads);
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Find());
        Assert.Equal(2, _loads);
    }

    [Fact]
    public void TryGet_OfNothing_IsFalse()
    {
        Find();
        Assert.False(Cache.TryGet("k", out string? _));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public async Task TryGetAsync_OfNothing_SaysSo()
    {
        Find();
        CacheResult<string> result = await Cache.TryGetStringAsync("k");
        Assert.True(result.IsNothing);
        Assert.False(result.IsHit);
        Assert.False((await Cache.TryGetStringAsync("other")).IsNothing);
    }

    [Fact]
    public void GetOrAdd_OfStruct_GivesItsDefault()
    {
        Assert.Equal(0, Cache.GetOrAdd("n", static load => load.Nothing<int>(), Policy));
        Assert.Equal(0, Cache.GetOrAdd("n", static _ => 5, Policy));
    }

    [Fact]
    public void GetOrAdd_NullWithoutNegativeTtl_IsAnError() =>
        Assert.Throws<InvalidOperationException>(() => Cache.GetOrAdd("k", static _ => (string)null!));

    [Fact]
    public void GetOrAdd_NothingWithoutNegativeTtl_IsServedAndNotKept()
    {
        Assert.Null(Cache.GetOrAdd("k", static load => load.Nothing<string>()));
        Assert.Equal("a", Cache.GetOrAdd("k", static _ => "a"));
    }

    [Fact]
    public void GetOrAdd_OfNothingUnderAPolicyWithoutIt_Loads()
    {
        Find();
        Assert.Equal("a", Cache.GetOrAdd("k", static _ => "a"));
        Assert.Equal("a", Find());
        Assert.Equal(3, Cache.GetStatistics().Hits + Cache.GetStatistics().Misses);
    }

    [Fact]
    public void Set_OverNothing_IsAValue()
    {
        Find();
        Cache.Set("k", "a");
        Assert.Equal("a", Find());
    }

    [Fact]
    public async Task Nothing_IsNotWrittenBehind()
    {
        Find();
        var destination = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.Equal(TierReadStatus.Miss, (await Behind[0].GetAsync("k"u8.ToArray(), destination)).Status);
    }

    private string? Find() => Cache.GetOrAdd("k", this, static (self, load) =>
    {
        self._loads++;
        return load.Nothing<string>();
    }, Policy);
}
