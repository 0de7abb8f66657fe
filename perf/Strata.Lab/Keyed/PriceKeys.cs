using Strata.Lab.Operations;

namespace Strata.Lab.Keyed;

/// <summary>Keys as a user writes them.</summary>
internal static partial class PriceKeys
{
    [CacheKey("price:{tenant}:{id}")]
    public static partial CacheKey<Price> Of(string tenant, int id);

    [CacheKey("stock:{tenant}:{id}")]
    public static partial CacheKey StockOf(string tenant, int id);

    [CacheKey("product:{id}", Json = typeof(LabJson))]
    public static partial CacheKey<Product> ProductOf(int id);
}
