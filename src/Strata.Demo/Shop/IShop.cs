namespace Strata.Demo.Shop;

/// <summary>What the web pages of the shop ask for.</summary>
internal interface IShop
{
    ValueTask<ProductPage> GetProductAsync(int id, CancellationToken cancellation);

    ValueTask<SearchPage> SearchAsync(string phrase, CancellationToken cancellation);

    ValueTask<CategoryPage> GetCategoryAsync(int id, int pageNumber, CancellationToken cancellation);
}
