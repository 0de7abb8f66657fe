namespace Strata.Demo.Traffic;

/// <summary>The pages of the shop that visitors ask for.</summary>
internal enum PageKind
{
    Product,
    Search,
    Category,
}
