namespace Strata.Demo.Shop;
internal sealed class TieredCache : IDisposable { public void Dispose() { } public (long UsedBytes, int x) GetStatistics() => (0, 0); }
internal sealed class CachedShop(IShop inner, TieredCache cache) : IShop
{
    public ValueTask<ProductPage> GetProductAsync(int id, CancellationToken cancellation) => inner.GetProductAsync(id, cancellation);
    public ValueTask<SearchPage> SearchAsync(string phrase, CancellationToken cancellation) => inner.SearchAsync(phrase, cancellation);
    public ValueTask<CategoryPage> GetCategoryAsync(int id, int pageNumber, CancellationToken cancellation) => inner.GetCategoryAsync(id, pageNumber, cancellation);
    public override string ToString() => cache.ToString()!;
}
