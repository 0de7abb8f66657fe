namespace Strata.Demo.Traffic;

/// <summary>One request of a visitor.</summary>
/// <param name="Kind">The page asked for.</param>
/// <param name="Id">The product, the number of the search phrase, or the category.</param>
/// <param name="PageNumber">Which page of a category's list, from 1; otherwise 0.</param>
internal readonly record struct PageRequest(PageKind Kind, int Id, int PageNumber = 0);
