namespace Strata.Demo.Shop;

/// <summary>All that the page of one product shows.</summary>
internal sealed record ProductPage(
    int Id,
    string Sku,
    string Name,
    string Description,
    int PriceCents,
    string Brand,
    string Category,
    string Department,
    int InStock,
    int ReviewCount,
    double Stars);
