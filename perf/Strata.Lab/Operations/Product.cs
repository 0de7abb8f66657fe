namespace Strata.Lab.Operations;

/// <summary>An object that is cached as JSON.</summary>
internal sealed record Product(int Id, string Name, long PriceCents);
