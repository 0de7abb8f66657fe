using Strata.Entries;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Many;

/// <summary>Calls for many keys over two tiers behind.</summary>
public sealed class ManyTiersTests() : CacheFixture(tiersBehind: 2)
{
    [Fact(Timeout = 30_000)]
    public async Task TryGetMany_WhatOnlyTiersHave_IsFoundAndBroughtForward()
    {
        await Behind[0].SetAsync("first"u8.ToArray(), new("1"u8.ToArray()), default, Token);
        await Behind[1].SetAsync("second"u8.ToArray(), new("22"u8.ToArray()), TimeSpan.FromMinutes(1), Token);
        Cache.Set("memory", "333");
        int reads0 = Behind[0].Reads, reads1 = Behind[1].Reads;
        using KeyBatch keys = TryGetManyTests.Keys("second", "none", "memory", "first", "second");
        using var values = new ValueBatch();
        Assert.Equal(4, await Cache.TryGetManyAsync(keys, values, Token));
        Assert.Equal((3, 2), (Behind[0].Reads - reads0, Behind[1].Reads - reads1));
        IEnumerable<string> texts = Enumerable.Range(0, 5).Select(i => values.TryGet(i, out string? text) ? text : "");
        Assert.Equal(["22", "", "333", "1", "22"], texts);

        Assert.Equal("22", Text(Behind[0].Peek("second"u8)));
        Assert.Equal(4, Cache.TryGetMany(keys, values));
        Assert.Equal((4, 2), (Behind[0].Reads - reads0, Behind[1].Reads - reads1 - 1));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Cache.TryGet("second", out string? _));
        Assert.Equal(2, Cache.GetStatistics().TierHits);
    }

    [Fact]
    public void TryGetMany_TierThatFails_IsCountedAndPassedOver()
    {
        Cache.Set("k", "v");
        Cache.TryGet("k", out string? _);
        Behind[0].Throws = new IOException();
        using KeyBatch keys = TryGetManyTests.Keys("k", "other");
        using var values = new ValueBatch();
        Assert.Equal(1, Cache.TryGetMany(keys, values));
        Assert.Equal(1, Cache.GetStatistics().TierFaults);
    }

    [Fact(Timeout = 30_000)]
    public async Task TryGetMany_KeyRemovedMeanwhile_IsNotBroughtForward()
    {
        await Behind[1].SetAsync("gone"u8.ToArray(), new("x"u8.ToArray()), default, Token);
        await Behind[1].SetAsync("stays"u8.ToArray(), new("y"u8.ToArray()), default, Token);
        Behind[1].Hold();
        using KeyBatch keys = TryGetManyTests.Keys("gone", "stays");
        using var values = new ValueBatch();
        int reads = Behind[1].Reads;
        Task<int> reading = Cache.TryGetManyAsync(keys, values, Token).AsTask();
        await UntilAsync(() => Behind[1].Reads > reads);
        Task<bool> removing = Cache.RemoveAsync("gone", Token).AsTask();
        Behind[1].Release();
        await reading;
        await removing;
        Assert.Null(Behind[0].Peek("gone"u8));
        Assert.Equal("y", Text(Behind[0].Peek("stays"u8)));
        Behind[0].ReadFault = Behind[1].ReadFault = TierReadStatus.Faulted;
        Assert.False(Cache.TryGet("gone", out string? _));
        Assert.True(Cache.TryGet("stays", out string? _));
    }

    [Fact(Timeout = 30_000)]
    public async Task SetManyAndRemoveMany_GoToAllTiers()
    {
        using var entries = new EntryBatch();
        entries.Add("a", "1");
        entries.Add("b", "2");
        Assert.Equal(2, await Cache.SetManyAsync(entries, TimeSpan.FromMinutes(1), Token));
        Assert.Equal("1", Text(Behind[0].Peek("a"u8)));
        Assert.Equal("2", Text(Behind[1].Peek("b"u8)));
        using KeyBatch keys = TryGetManyTests.Keys("a", "c");
        Assert.Equal(1, await Cache.RemoveManyAsync(keys, Token));
        Assert.Null(Behind[0].Peek("a"u8));
        Assert.Null(Behind[1].Peek("a"u8));
        Behind[1].WriteFault = TierWriteStatus.Refused;
        Assert.Equal(0, Cache.SetMany(entries));
        Assert.Equal(2, Cache.GetStatistics().TierFaults);
        Behind[1].WriteFault = null;
        Assert.Equal(2, Cache.SetMany(entries));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, Cache.RemoveMany(TryGetManyTests.Keys("a", "b")));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_AsksEachTierOnceAndWritesThrough()
    {
        await Behind[1].SetAsync("k:1"u8.ToArray(), new(BitConverter.GetBytes(10)), default, Token);
        int writes = Behind[0].Writes;
        IReadOnlyDictionary<int, int> found = await Cache.GetOrAddManyAsync(
            new[] { 1, 2 },
            static id => $"k:{id}",
            0,
            static async (_, missing, _) =>
            {
                await Task.Yield();
                Assert.Equal([2], missing);
                return new Dictionary<int, int> { [2] = 20 };
            },
            TimeSpan.FromMinutes(1),
            Token);
        Assert.Equal((10, 20), (found[1], found[2]));
        Assert.Equal((2, 1), (Behind[0].Reads, Behind[1].Reads - 1));
        Assert.Equal(2, Behind[0].Writes - writes);
        Assert.Equal(BitConverter.GetBytes(20), Behind[1].Peek("k:2"u8));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(Behind[1].Peek("k:2"u8));
    }

    [Fact(Timeout = 30_000)]
    public async Task RemoveMany_DuringTheTierWritesOfALoad_WaitsForThemAndRemoves()
    {
        Task<IReadOnlyDictionary<int, int>> loading = Cache.GetOrAddManyAsync(
            new[] { 1, 2 },
            static id => $"k:{id}",
            Behind[0],
            static (tier, _, _) =>
            {
                tier.Hold();
                return new ValueTask<Dictionary<int, int>>(new Dictionary<int, int> { [1] = 10, [2] = 20 });
            },
            default,
            Token).AsTask();
        await UntilAsync(() => Behind[0].Writes == 1);
        using KeyBatch keys = TryGetManyTests.Keys("k:1");
        Task<int> removing = Cache.RemoveManyAsync(keys, Token).AsTask();
        Assert.Equal(0, Behind[0].Removals);
        Behind[0].Release();
        Assert.Equal(2, (await loading).Count);
        await removing;
        Assert.Null(Behind[0].Peek("k:1"u8));
        Assert.Null(Behind[1].Peek("k:1"u8));
        Assert.False(Cache.TryGet("k:1", out int _));
        Assert.True(Cache.TryGet("k:2", out int two) && two == 20);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_NothingOrNotStored_RemovesTheValuesBehind()
    {
        var forced = new EntryPolicy { NegativeTtl = TimeSpan.FromMinutes(1), Access = TierAccess.SkipMemoryRead | TierAccess.SkipTierRead };
        foreach (bool isStored in new[] { true, false })
        {
            for (int id = 1; id <= 3; id++)
                Cache.Set($"k:{id}", id);
            await Cache.GetOrAddManyAsync(
                new[] { 1, 2 },
                static id => $"k:{id}",
                isStored,
                static (stores, _, load) =>
                {
                    if (!stores)
                        load.DoNotStore();
                    return new ValueTask<Dictionary<int, int>>(new Dictionary<int, int> { [2] = 20 });
                },
                forced,
                Token);
            Assert.Equal((null, null), (Behind[0].Peek("k:1"u8), Behind[1].Peek("k:1"u8)));
            Assert.Equal(isStored ? BitConverter.GetBytes(20) : null, Behind[1].Peek("k:2"u8));
            Assert.NotNull(Behind[1].Peek("k:3"u8));
        }

        Assert.Equal((3, 3), (Behind[0].Removals, Behind[1].Removals));
    }

    [Fact(Timeout = 30_000)]
    public async Task TryGetManyAsync_TierSaysNoTimeIsLeft_IsAFault()
    {
        Cache.Set("a", "1");
        await Behind[0].SetAsync("b"u8.ToArray(), new("2"u8.ToArray()), default, Token);
        await Behind[1].SetAsync("b"u8.ToArray(), new("22"u8.ToArray()), default, Token);
        Behind[0].TimeLeft = TimeSpan.Zero;
        using KeyBatch keys = TryGetManyTests.Keys("a", "b");
        using var values = new ValueBatch();
        Assert.Equal(2, await Cache.TryGetManyAsync(keys, values, Token));
        Assert.True(values.TryGet(1, out string? text) && text == "22");
        Assert.Equal(1, Cache.GetStatistics().TierFaults);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_TierHasAStaleValue_ServedWhenTheFactoryFails()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(10), StaleGrace = TimeSpan.FromSeconds(100) };
        using (TieredCache former = Enveloped())
            former.Set("k:1", 1, policy);
        Time.Advance(TimeSpan.FromSeconds(20));
        using TieredCache cache = Enveloped();
        Assert.Equal(1, (await FailAsync(policy))[1]);
        await Assert.ThrowsAsync<IOException>(() => FailAsync(policy with { StaleGrace = null }));

        Task<IReadOnlyDictionary<int, int>> FailAsync(EntryPolicy with) =>
            cache.GetOrAddManyAsync<int, int, int>(new[] { 1 }, static id => $"k:{id}", 0, static (_, _, _) => throw new IOException(), with, Token).AsTask();

        TieredCache Enveloped() => new(new() { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, Tiers = { new EnvelopedTier(Behind[0], new() { TimeProvider = Time }) } });
    }

    [Fact]
    public void SetMany_Sliding_IsKeptBehindForOneWindow()
    {
        using var entries = new EntryBatch();
        entries.Add("a", "1");
        Cache.SetMany(entries, new EntryPolicy { SlidingWindow = TimeSpan.FromMinutes(1) });
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(Behind[0].Peek("a"u8));
    }

    private static string Text(byte[]? value) => System.Text.Encoding.UTF8.GetString(value ?? []);
}
