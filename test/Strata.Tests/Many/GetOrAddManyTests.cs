using Strata.Entries;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests.Many;

public sealed class GetOrAddManyTests : CacheFixture
{
    private static readonly EntryPolicy Graceful = new() { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(10) };

    [Fact]
    public void GetOrAddMany_SomeMissing_LoadsThoseInOneCall()
    {
        Cache.Set("k:2", 20);
        var asked = new List<int>();
        IReadOnlyDictionary<int, int> found = Load(asked, [1, 2, 3, 1]);
        Assert.Equal([(1, 10), (2, 20), (3, 30)], found.OrderBy(static pair => pair.Key).Select(static pair => (pair.Key, pair.Value)));
        Assert.Equal([1, 3], asked);
        Assert.Equal(1, Cache.GetStatistics().Loads);
        Assert.Equal(3, Load(asked, [1, 2, 3]).Count);
        Assert.Equal([1, 3], asked);
        Assert.Equal((4, 3), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Fact]
    public async Task GetOrAddManyAsync_ValuesOfEveryKind_AreLoadedAndKept()
    {
        string[] names = ["a", "b"];
        for (int round = 0; round < 2; round++)
        {
            IReadOnlyDictionary<string, string> texts = await Cache.GetOrAddManyAsync(
                names, static name => $"text:{name}", 1, static async (_, missing, _) => { await Task.Yield(); return missing.ToDictionary(static name => name, static name => name + "!"); }, default, Token);
            IReadOnlyDictionary<string, Product> products = await Cache.GetOrAddManyAsync(
                names,
                static name => $"json:{name}",
                1,
                static async (_, missing, _) => { await Task.Yield(); return missing.ToDictionary(static name => name, static name => new Product(1, name, [])); },
                TestJson.Default.Product,
                default,
                Token);
            IReadOnlyDictionary<string, byte[]> bytes = Cache.GetOrAddMany(
                names, static name => $"bytes:{name}", 1, static (_, missing, _) => missing.ToDictionary(static name => name, static _ => new byte[] { 1, 2 }), PayloadSerializer.Bytes);
            Assert.Equal("b!", texts["b"]);
            Assert.Equal("a", products["a"].Name);
            Assert.Equal([1, 2], bytes["a"]);
        }

        Assert.Equal(3, Cache.GetStatistics().Loads);
    }

    [Fact]
    public void GetOrAddMany_KeyWithoutValue_IsMissingInTheResult()
    {
        var asked = new List<int>();
        Assert.Equal([1], Load(asked, [1, 13]).Keys);
        Assert.Equal([1], Load(asked, [1, 13]).Keys);
        Assert.Equal([1, 13, 13], asked);
    }

    [Fact]
    public void GetOrAddMany_KeyWithoutValueAndNegativeTtl_IsNotAskedForAgain()
    {
        var policy = new EntryPolicy { NegativeTtl = TimeSpan.FromMinutes(1) };
        var asked = new List<int>();
        Assert.Equal([1], Load(asked, [1, 13], policy).Keys);
        Assert.Equal([1], Load(asked, [1, 13], policy).Keys);
        Assert.Equal([1, 13], asked);
        Time.Advance(TimeSpan.FromMinutes(2));
        Load(asked, [1, 13], policy);
        Assert.Equal([1, 13, 13], asked);
    }

    [Fact]
    public void GetOrAddMany_FactoryThatFails_FailsAndKeepsNothing()
    {
        Assert.Throws<IOException>(() => Cache.GetOrAddMany<int, int, int>([1, 2], static id => $"k:{id}", 0, static (_, _, _) => throw new IOException()));
        Assert.Throws<InvalidOperationException>(() => Cache.GetOrAddMany<int, int, int>([1, 2], static id => $"k:{id}", 0, static (_, _, _) => null!));
        Assert.Equal(2, Load([], [1, 2]).Count);
        Assert.Equal(2, Cache.GetStatistics().LoadFailures);
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Fact]
    public void GetOrAddMany_FactoryThatFailsWhereAllAreStale_ServesStale()
    {
        Load([], [1, 2], Graceful);
        Time.Advance(TimeSpan.FromMinutes(2));
        IReadOnlyDictionary<int, int> found = Cache.GetOrAddMany<int, int, int>([1, 2], static id => $"k:{id}", 0, static (_, _, _) => throw new IOException(), Graceful);
        Assert.Equal((10, 20), (found[1], found[2]));
        Assert.Equal(2, Cache.GetStatistics().StaleServed);
        Assert.Throws<IOException>(() => Cache.GetOrAddMany<int, int, int>([1, 3], static id => $"k:{id}", 0, static (_, _, _) => throw new IOException(), Graceful));
    }

    [Fact]
    public void GetOrAddMany_FactoryOptions_CountForAll()
    {
        Cache.GetOrAddMany([1, 2], static id => $"k:{id}", 0, static (_, missing, load) =>
        {
            load.Options = TimeSpan.FromMinutes(1);
            return missing.ToDictionary(static id => id);
        });
        Assert.True(Cache.TryGet("k:1", out int _));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Cache.TryGet("k:1", out int _) || Cache.TryGet("k:2", out int _));
        Cache.GetOrAddMany([1, 2], static id => $"k:{id}", 0, static (_, missing, load) =>
        {
            load.DoNotStore();
            return missing.ToDictionary(static id => id);
        });
        Assert.False(Cache.TryGet("k:1", out int _) || Cache.TryGet("k:2", out int _));
    }

    [Fact]
    public void GetOrAddMany_RemovalOfOneKeyDuringTheLoad_WinsForThatKeyAlone()
    {
        IReadOnlyDictionary<int, int> found = Cache.GetOrAddMany([1, 2], static id => $"k:{id}", Cache, static (cache, missing, _) =>
        {
            cache.Remove("k:1");
            return missing.ToDictionary(static id => id);
        });
        Assert.Equal(2, found.Count);
        Assert.False(Cache.TryGet("k:1", out int _));
        Assert.True(Cache.TryGet("k:2", out int _));
        Assert.Equal(1, Cache.GetStatistics().LoadsNotKept);
    }

    [Fact(Timeout = 30_000)]
    public void GetOrAddMany_OfAKeyThatItsOwnFactoryLoads_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => Cache.GetOrAddMany([1, 2], static id => $"k:{id}", Cache, static (cache, missing, _) =>
            missing.ToDictionary(static id => id, id => cache.GetOrAdd($"k:{3 - id}", static _ => 1))));
        Assert.Throws<InvalidOperationException>(() => Cache.GetOrAdd("k:2", Cache, static (cache, _) =>
            cache.GetOrAddMany([1, 2], static id => $"k:{id}", 0, static (_, missing, _) => missing.ToDictionary(static id => id)).Count));
        Assert.Equal(2, Load([], [1, 2]).Count);
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Fact]
    public void GetOrAddMany_BadKey_ThrowsBeforeAnythingIsBegun()
    {
        Assert.Throws<ArgumentException>(() => Cache.GetOrAddMany(["a", ""], static id => id, 0, static (_, _, _) => new Dictionary<string, int>()));
        Assert.Equal(0, Cache.GetStatistics().Loads);
        Assert.Throws<ArgumentNullException>(() => Cache.GetOrAddMany<int, int, int>(null!, static id => $"k:{id}", 0, static (_, _, _) => []));
        Assert.Throws<ArgumentNullException>(() => Cache.GetOrAddMany<int, int, int>([1], null!, 0, static (_, _, _) => []));
        Assert.Throws<ArgumentNullException>(() => Cache.GetOrAddMany<int, int, int>([1], static id => $"k:{id}", 0, null!));
        Assert.Empty(Load([], []));
    }

    [Fact]
    public void GetOrAddMany_UnreadableEntry_IsLoadedAnew()
    {
        Cache.Set("k:1", "not four bytes");
        Assert.Equal(10, Load([], [1])[1]);
        Assert.True(Cache.TryGet("k:1", out int kept) && kept == 10);
    }

    [Fact]
    public void GetOrAddMany_DifferentCallersKeysOfOneEntry_ShareItsLoad()
    {
        int calls = 0;
        IReadOnlyDictionary<string, int> found = Cache.GetOrAddMany(["A", "a"], static name => name.ToUpperInvariant(), 0, (_, missing, _) =>
        {
            calls += missing.Count;
            return missing.ToDictionary(static name => name, static _ => 5);
        });
        Assert.Equal((1, 5, 5), (calls, found["A"], found["a"]));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddMany_NearTheEnd_RefreshesInOneLoadInTheBackground()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(10), EagerRefresh = 0.5 };
        var asked = new List<int>();
        Load(asked, [1, 2, 3], policy);
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(3, Load(asked, [1, 2, 3], policy, add: 1).Count);
        await UntilAsync(() => Cache.TryGet("k:1", out int one) && one == 11 && Cache.TryGet("k:3", out int three) && three == 31);
        Assert.Equal([1, 2, 3, 1, 2, 3], asked);
        Assert.Equal((2, 1), (Cache.GetStatistics().Loads, Cache.GetStatistics().Refreshes));
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.True(Cache.TryGet("k:2", out int _));
    }

    [Fact]
    public void GetOrAddMany_UnderALoadCap_TakesOneSlot()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20, MaxConcurrentLoads = 1 });
        IReadOnlyDictionary<int, int> found = cache.GetOrAddMany([1, 2], static id => $"k:{id}", cache, static (inner, missing, _) =>
            missing.ToDictionary(static id => id, id => inner.GetOrAdd($"inner:{id}", id, static (id, _) => id)));
        Assert.Equal(2, found.Count);
    }

    /// <summary>Values are ten times the key; 13 has none.</summary>
    private IReadOnlyDictionary<int, int> Load(List<int> asked, int[] ids, EntryPolicy? policy = null, int add = 0) => Cache.GetOrAddMany(
        ids,
        static id => $"k:{id}",
        (asked, add),
        static (state, missing, _) =>
        {
            state.asked.AddRange(missing);
            return missing.Where(static id => id != 13).ToDictionary(static id => id, id => id * 10 + state.add);
        },
        new EntryOptions { Policy = policy });
}
