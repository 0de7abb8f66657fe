using Strata.Entries;
using Strata.Payloads;
using Strata.TestKit;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Front;

/// <summary>Which instances an object front serves, and when it no longer does.</summary>
public sealed class FrontHitTests : IDisposable
{
    private static readonly IPayloadSerializer<Product> s_products = PayloadSerializer.Immutable(TestJson.Default.Product);

    private readonly ManualTimeProvider _time = new();
    private readonly TieredCache _cache;

    public FrontHitTests() => _cache = Create(64);

    private static FrontValue Fail(LoadContext context) => throw new InvalidOperationException("A hit needs no factory.");

    private FrontValue? Value => _cache.TryGet("k", TestJson.Default.FrontValue, out FrontValue? value) ? value : null;

    [Fact]
    public async Task Hits_OfADeclaredType_ReturnTheInstanceThatTheFactoryMade()
    {
        var made = new FrontValue(1, "one");
        Assert.Same(made, _cache.GetOrAdd("k", made, static (value, _) => value, TestJson.Default.FrontValue));
        Assert.Same(made, _cache.GetOrAdd("k", Fail, TestJson.Default.FrontValue));
        Assert.Same(made, await _cache.GetOrAddAsync("k", static context => new(Fail(context)), TestJson.Default.FrontValue));
        Assert.Same(made, Value);
        Assert.Same(made, (await _cache.TryGetAsync("k", TestJson.Default.FrontValue)).Value);
        Assert.Same(made, _cache.GetOrAdd("k", Fail, PayloadSerializer.Json(TestJson.Default.FrontValue)));
        Assert.Equal((5, 1, 1), (_cache.GetStatistics().FrontHits, _cache.GetStatistics().FrontInstances, _cache.GetStatistics().Loads));
        Assert.Equal((5, 1), (_cache.GetStatistics().Hits, _cache.GetStatistics().Misses));
    }

    [Fact]
    public async Task Hits_OfText_ReturnTheInstanceThatWasSet()
    {
        string text = new('x', 100);
        _cache.Set("k", text);
        Assert.True(_cache.TryGet("k", out string? found));
        Assert.Same(text, found);
        Assert.Same(text, _cache.GetOrAdd("k", static _ => ""));
        Assert.Same(text, await _cache.GetOrAddAsync("k", static _ => new("")));
        Assert.Same(text, (await _cache.TryGetStringAsync("k")).Value);
    }

    [Fact]
    public void Hits_OfASerializerThatSaysSo_ReturnOneInstance()
    {
        var product = new Product(1, "p", [1]);
        _cache.Set("k", product, s_products);
        Assert.True(_cache.TryGet("k", s_products, out Product? found));
        Assert.Same(product, found);
    }

    [Fact]
    public void Hits_OfOtherTypes_ReturnInstancesOfTheirOwn()
    {
        _cache.Set("product", new Product(1, "p", []), TestJson.Default.Product);
        _cache.Set("open", new OpenValue(1), TestJson.Default.OpenValue);
        _cache.Set("bytes", [1], PayloadSerializer.Bytes);
        Assert.NotSame(_cache.GetOrAdd("product", static _ => null!, TestJson.Default.Product), _cache.GetOrAdd("product", static _ => null!, TestJson.Default.Product));
        Assert.NotSame(_cache.GetOrAdd("open", static _ => null!, TestJson.Default.OpenValue), _cache.GetOrAdd("open", static _ => null!, TestJson.Default.OpenValue));
        Assert.NotSame(_cache.GetOrAdd("bytes", static _ => null!, PayloadSerializer.Bytes), _cache.GetOrAdd("bytes", static _ => null!, PayloadSerializer.Bytes));
        Assert.Equal((0, 0), (_cache.GetStatistics().FrontHits, _cache.GetStatistics().FrontInstances));
    }

    [Fact]
    public void Hits_OfTwoTypesOnOneKey_ReturnWhatIsAskedFor()
    {
        var value = new FrontValue(7, "seven");
        _cache.Set("k", value, TestJson.Default.FrontValue);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(_cache.TryGet("k", out string? text));
            Assert.StartsWith("{", text, StringComparison.Ordinal);
            Assert.Equal(value, Value);
        }
    }

    [Fact]
    public void Hits_AfterTheFrontForgot_ReadTheBytesAndKeepTheNewInstance()
    {
        using TieredCache small = Create(16);
        for (int i = 0; i < 100; i++)
            small.Set($"k{i}", new FrontValue(i, "value"), TestJson.Default.FrontValue);
        Assert.Equal(16, small.GetStatistics().FrontInstances);
        for (int i = 0; i < 100; i++)
        {
            FrontValue first = small.GetOrAdd($"k{i}", Fail, TestJson.Default.FrontValue);
            Assert.Equal(i, first.Number);
            Assert.Same(first, small.GetOrAdd($"k{i}", Fail, TestJson.Default.FrontValue));
        }

        Assert.Equal((16, 200), (small.GetStatistics().FrontInstances, small.GetStatistics().Hits));
    }

    [Fact]
    public void Hit_AfterSet_IsTheNewInstance()
    {
        for (int i = 0; i < 10; i++)
        {
            var value = new FrontValue(i, "value");
            _cache.Set("k", value, TestJson.Default.FrontValue);
            Assert.Same(value, Value);
        }

        Assert.Equal(1, _cache.GetStatistics().FrontInstances);
        _cache.Set("k", """{"Number":99,"Name":"bytes"}"""u8);
        Assert.Equal(99, Value!.Number);
    }

    [Fact]
    public async Task Hit_AfterSetAsyncWithTiers_IsTheNewInstance()
    {
        using TieredCache cache = Create(64, NullTier.Instance);
        var value = new FrontValue(1, "value");
        await cache.SetAsync("k", value, TestJson.Default.FrontValue, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Same(value, cache.GetOrAdd("k", Fail, TestJson.Default.FrontValue));
    }

    [Fact]
    public void Read_AfterRemoveClearOrExpiry_FindsNothing()
    {
        _cache.Set("k", new FrontValue(1, "removed"), TestJson.Default.FrontValue);
        Assert.NotNull(Value);
        _cache.Remove("k");
        Assert.Null(Value);

        _cache.Set("k", new FrontValue(2, "cleared"), TestJson.Default.FrontValue);
        Assert.NotNull(Value);
        _cache.Clear();
        Assert.Null(Value);
        Assert.Equal(0, _cache.GetStatistics().FrontInstances);

        _cache.Set("k", new FrontValue(3, "expired"), TestJson.Default.FrontValue, TimeSpan.FromSeconds(1));
        Assert.NotNull(Value);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Value);
    }

    [Fact]
    public void Read_OfAnEvictedEntry_FindsNothing()
    {
        using TieredCache cache = Create(1 << 17);
        int keys = 0;
        for (; cache.GetStatistics().Evictions < 1000; keys++)
            cache.Set($"k{keys}", new FrontValue(keys, "value"), TestJson.Default.FrontValue);
        int found = 0;
        for (int i = 0; i < keys; i++)
        {
            if (cache.TryGet($"k{i}", TestJson.Default.FrontValue, out FrontValue? value))
                Assert.Equal((i, ++found), (value.Number, found));
        }

        Assert.Equal(cache.GetStatistics().EntryCount, found);
    }

    [Fact]
    public void Read_PastTheSoftTime_LeavesTheFrontAlone()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(10), StaleGrace = TimeSpan.FromSeconds(10) };
        _cache.Set("k", new FrontValue(1, "value"), TestJson.Default.FrontValue, policy);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(Value);
        Assert.Equal(2, _cache.GetOrAdd("k", static _ => new FrontValue(2, "new"), TestJson.Default.FrontValue, policy).Number);
    }

    [Fact]
    public void Hit_OfAValueSaidToBeUnchanged_IsWhatWasKept()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(10), StaleGrace = TimeSpan.FromSeconds(10) };
        _cache.Set("k", new FrontValue(1, "kept"), TestJson.Default.FrontValue, policy);
        _time.Advance(TimeSpan.FromSeconds(11));
        _cache.GetOrAdd("k", static load => load.NotModified<FrontValue>() with { Name = "changed all the same" }, TestJson.Default.FrontValue, policy);
        Assert.Equal("kept", Value!.Name);
        Assert.Same(Value, Value);
    }

    [Fact]
    public void Read_ThatLeavesMemoryOut_LeavesTheFrontOut()
    {
        _cache.Set("k", new FrontValue(1, "value"), TestJson.Default.FrontValue);
        var policy = new EntryPolicy { Access = TierAccess.SkipMemoryRead };
        Assert.Equal(2, _cache.GetOrAdd("k", static _ => new FrontValue(2, "loaded"), TestJson.Default.FrontValue, policy).Number);
        Assert.Equal(2, Value!.Number);
    }

    [Fact]
    public void Read_AfterDispose_IsRefused()
    {
        _cache.Set("k", new FrontValue(1, "value"), TestJson.Default.FrontValue);
        _cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Value);
    }

    [Fact]
    public void Hits_OfTheFront_AllocateNothing()
    {
        _cache.Set("k", new FrontValue(1, "value"), TestJson.Default.FrontValue);
        _cache.Set("text", new string('x', 1000));
        Assert.True(Allocation.OfCalls(() => _cache.TryGet("k", TestJson.Default.FrontValue, out _) && _cache.TryGet("text", out string? _), out long bytes));
        Assert.Equal(0, bytes);
        Assert.True(Allocation.OfCalls(() => _cache.GetOrAddAsync("k", static context => new(Fail(context)), TestJson.Default.FrontValue).Result.Number == 1, out bytes));
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void Hits_OfALongText_AreServedByTheFront()
    {
        string text = new('x', 400_000);
        _cache.Set("k", text);
        Assert.True(_cache.TryGet("k", out string? found));
        Assert.Same(text, found);
    }

    [Fact]
    public void Hits_WithoutAFront_ReturnInstancesOfTheirOwn()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 << 20 });
        cache.Set("k", new FrontValue(1, "value"), TestJson.Default.FrontValue);
        Assert.NotSame(cache.GetOrAdd("k", Fail, TestJson.Default.FrontValue), cache.GetOrAdd("k", Fail, TestJson.Default.FrontValue));
    }

    [Fact]
    public void Immutable_OfNoSerializer_IsRefused() =>
        Assert.Throws<ArgumentNullException>(() => PayloadSerializer.Immutable((IPayloadSerializer<Product>)null!));

    public void Dispose() => _cache.Dispose();

    private TieredCache Create(int instances, params ICacheTier[] tiers)
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = _time, BackgroundMaintenance = false, ObjectFront = new() { Capacity = instances } };
        foreach (ICacheTier tier in tiers)
            options.Tiers.Add(tier);
        return new TieredCache(options);
    }
}
