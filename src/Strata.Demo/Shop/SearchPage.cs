namespace Strata.Demo.Shop;

/// <summary>The best matches of a search.</summary>
internal sealed record SearchPage(string Phrase, IReadOnlyList<ProductLine> Products);
