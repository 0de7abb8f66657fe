namespace Strata.Demo.Shop;

/// <summary>One page of a category's list, the most popular products first.</summary>
internal sealed record CategoryPage(int Id, string Name, string Department, int PageNumber, int ProductCount, IReadOnlyList<ProductLine> Products);
