namespace Strata.Demo.Shop;

/// <summary>One product in a list.</summary>
internal sealed record ProductLine(int Id, string Name, string Brand, int PriceCents, bool InStock);
