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

    [Fact(Timeout = 30_000)]
    public async Task Refresh_FindsNothing_RemovesTheValueBehind()
    {
        EntryPolicy eager = Policy with { EagerRefresh = 0.5 };
        Assert.Equal("old", Cache.GetOrAdd("k", static _ => "old", eager));
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("old", Cache.GetOrAdd("k", static load => load.Nothing<string>(), eager));
        await UntilAsync(() => Cache.GetStatistics() is { Refreshes: 1, LoadsInFlight: 0 });
        Assert.Null(Behind[0].Peek("k"u8));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Cache.GetOrAdd("k", static load => load.Nothing<string>(), eager));
    }

    [Fact]
    public void GetOrAdd_NothingThatTheTierIsSureOf_IsNotRemovedThere()
    {
        Find();
        Assert.Equal((1, 0), (Behind[0].Reads, Behind[0].Removals));
        Behind[0].ReadFault = TierReadStatus.Faulted;
        Time.Advance(TimeSpan.FromMinutes(1));
        Find();
        Assert.Equal((2, 1), (Behind[0].Reads, Behind[0].Removals));
    }

    [Fact(Timeout = 30_000)]
    public async Task Set_DuringTheRemovalOfALoad_WaitsAndWins()
    {
        Cache.Set("k", "old");
        var forced = new EntryPolicy { Access = TierAccess.SkipMemoryRead | TierAccess.SkipTierRead };
        Task<string> loading = Cache.GetOrAddAsync("k", Behind[0], static (tier, load) =>
        {
            tier.Hold();
            return new ValueTask<string>(load.Nothing<string>());
        }, forced, Token).AsTask();
        await UntilAsync(() => Behind[0].Removals == 1);
        Task<bool> setting = Cache.SetAsync("k", "new", default, Token).AsTask();
        Assert.Equal(1, Behind[0].Writes);
        Behind[0].Release();
        Assert.Null(await loading);
        Assert.True(await setting);
        Assert.Equal("new"u8.ToArray(), Behind[0].Peek("k"u8));
    }

    private string? Find() => Cache.GetOrAdd("k", this, static (self, load) =>
    {
        self._loads++;
        return load.Nothing<string>();
    }, Policy);
}
