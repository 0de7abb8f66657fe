using System.ComponentModel;

namespace Strata.Benchmarks;

/// <summary>A class that declares itself immutable.</summary>
[ImmutableObject(true)]
public sealed record Shown(int Id, string Name, long PriceCents);
