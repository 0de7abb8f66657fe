using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.MessagePack;

/// <summary>The serializers that are generated here, used by what is generated for keys and methods.</summary>
public sealed partial class PackedRepoTests : IPackedRepo
{
    private int _calls;

    [Fact]
    public async Task Cached_WithPack_KeepsResultsInItsFormat()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20 });
        IPackedRepo repo = new CachedPackedRepo(this, cache);
        Assert.Equal(new PackedItem(7, "item"), await repo.GetAsync(7));
        Assert.Equal(new PackedItem(7, "item"), await repo.GetAsync(7));
        Assert.Equal(1, _calls);
        Assert.Equal(2, repo.Count());
    }

    [Fact]
    public void CacheKey_WithPack_CarriesItsSerializer()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20 });
        cache.Set(ItemKey(7), new PackedItem(7, "item"));
        Assert.True(cache.TryGet("item:7", RepoPack.Item, out PackedItem? item));
        Assert.Equal("item", item.Name);
    }

    [Fact]
    public async Task Pack_ThatDoesNotKnowTheType_IsReported() => Assert.Equal(
        ["STRATA107:Cached(Pack = typeof(Pack))"],
        await AnalyzerRun.OfAsync("using Strata; using Strata.Payloads.MessagePack; [MessagePackSerializable(typeof(Uri))] static partial class Pack; interface IRepo { [Cached(Pack = typeof(Pack))] Version M(); }"));

    public ValueTask<PackedItem> GetAsync(int id)
    {
        _calls++;
        return new(new PackedItem(id, "item"));
    }

    public int Count() => ++_calls;

    [CacheKey("item:{id}", Pack = typeof(RepoPack))]
    private static partial CacheKey<PackedItem> ItemKey(int id);
}
