using System.ComponentModel;

namespace Strata.Tests.Front;

/// <summary>A class that declares itself immutable.</summary>
[ImmutableObject(true)]
public sealed record FrontValue(int Number, string Name);
