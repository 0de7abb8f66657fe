namespace Strata.Demo.Shop;

/// <summary>
/// The shop with a cache in front. Each page is one call: the key is written straight into a buffer on the stack, the state reaches the
/// factory without a closure, the page is kept as JSON, and visitors who ask for a missing page together wait for one query.
/// </summary>
internal sealed class CachedShop(IShop inner, TieredCache cache) : IShop
{
    // Stock changes by the minute, the order of a category by the hour.
    private static readonly TimeSpan ProductTtl = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SearchTtl = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CategoryTtl = TimeSpan.FromMinutes(30);

    public ValueTask<ProductPage> GetProductAsync(int id, CancellationToken cancellation) => cache.GetOrAddAsync(
        $"product:{id}",
        (inner, id),
        static (state, load) => state.inner.GetProductAsync(state.id, load.CancellationToken),
        ShopJson.Default.ProductPage,
        ProductTtl,
        cancellation);

    public ValueTask<SearchPage> SearchAsync(string phrase, CancellationToken cancellation) => cache.GetOrAddAsync(
        $"search:{phrase}",
        (inner, phrase),
        static (state, load) => state.inner.SearchAsync(state.phrase, load.CancellationToken),
        ShopJson.Default.SearchPage,
        SearchTtl,
        cancellation);

    public ValueTask<CategoryPage> GetCategoryAsync(int id, int pageNumber, CancellationToken cancellation) => cache.GetOrAddAsync(
        $"category:{id}:{pageNumber}",
        (inner, id, pageNumber),
        static (state, load) => state.inner.GetCategoryAsync(state.id, state.pageNumber, load.CancellationToken),
        ShopJson.Default.CategoryPage,
        CategoryTtl,
        cancellation);
}
