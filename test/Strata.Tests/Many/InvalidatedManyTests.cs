using Strata.Entries;
using Xunit;

namespace Strata.Tests.Many;

/// <summary>Calls for many keys, and writes that look first, beside invalidations that no sweep has followed yet.</summary>
public sealed class InvalidatedManyTests : CacheFixture
{
    private static readonly EntryOptions Red = new() { Tags = ["red"] };

    [Fact]
    public void TryGetMany_OfInvalidatedEntries_Misses()
    {
        Cache.Set("k:1", 1, Red);
        Cache.Set("k:2", 2);
        Cache.RemoveByTag("red");
        using var keys = new KeyBatch();
        keys.Add("k:1");
        keys.Add("k:2");
        int[] values = new int[2];
        bool[] isHit = new bool[2];
        Assert.Equal(1, Cache.TryGetMany<int>(keys, values, isHit));
        Assert.Equal([false, true], isHit);
    }

    [Fact]
    public void GetOrAddMany_OfInvalidatedEntries_LoadsThem()
    {
        Cache.Set("k:1", 1);
        Cache.Set("k:2", 2);
        Cache.RemoveByPattern("k:1*");
        Assert.Equal([10, 2], Load().Values.Order().Reverse());
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddMany_TagInvalidatedDuringTheLoad_IsNotKept()
    {
        var gate = new TaskCompletionSource<Dictionary<int, int>>();
        Task load = Cache.GetOrAddManyAsync([1, 2], static id => $"k:{id}", gate, static (g, _, context) =>
        {
            context.Options = Red;
            return new ValueTask<Dictionary<int, int>>(g.Task);
        }).AsTask();
        await UntilAsync(() => Cache.GetStatistics().Loads == 1);
        Cache.RemoveByTag("red");
        gate.SetResult(new() { [1] = 1, [2] = 2 });
        await load;
        Cache.Maintain();
        Assert.False(Cache.TryGet("k:1", out int _));
        Assert.False(Cache.TryGet("k:2", out int _));
        Assert.Equal(2, Cache.GetStatistics().LoadsNotKept);
    }

    [Fact]
    public void SetMany_WithTags_IsInvalidatedByThem()
    {
        using var entries = new EntryBatch();
        entries.Add("k:1", 1);
        entries.Add("k:2", 2);
        Cache.SetMany(entries, Red);
        Assert.True(Cache.TryGet("k:2", out int _));
        Cache.RemoveByTag("red");
        Assert.False(Cache.TryGet("k:1", out int _));
        Assert.False(Cache.TryGet("k:2", out int _));
    }

    [Fact]
    public void Add_OverAnInvalidatedEntry_Adds()
    {
        Cache.Set("k", 1, Red);
        Assert.False(Cache.Add("k", 2));
        Cache.RemoveByTag("red");
        Assert.True(Cache.Add("k", 3, Red));
        Assert.True(Cache.TryGet("k", out int value));
        Assert.Equal(3, value);
        Cache.RemoveByTag("red");
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact]
    public void CompareExchange_OfAnInvalidatedEntry_FindsNone()
    {
        Cache.Set("k", 1, new EntryOptions { Tags = ["red"], Policy = new() { IsVersioned = true } });
        Assert.True(Cache.TryGet("k", out int _, out long version));
        Cache.RemoveByTag("red");
        Assert.Equal(ExchangeOutcome.NotFound, Cache.CompareExchange("k", 2, version).Outcome);
    }

    [Fact]
    public void Load_OfAMutableTypeWithAVersion_IsSharedWithNobody()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20, ObjectFront = new() });
        var policy = new EntryPolicy { IsVersioned = true };
        Product first = cache.GetOrAdd("k", static _ => new Product(1, "a", []), TestJson.Default.Product, policy);
        Assert.NotSame(first, cache.GetOrAdd("k", static _ => new Product(1, "b", []), TestJson.Default.Product, policy));
        Assert.Equal(0, cache.GetStatistics().FrontInstances);
    }

    private IReadOnlyDictionary<int, int> Load() =>
        Cache.GetOrAddMany([1, 2], static id => $"k:{id}", 0, static (_, missing, _) => missing.ToDictionary(static id => id, static id => id * 10));
}
