namespace Strata.Tests;

public sealed record Product(int Id, string Name, decimal[] Prices);
