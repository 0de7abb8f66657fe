using System.ComponentModel;

namespace Strata.Tests.Front;

/// <summary>A class that declares itself immutable but may have descendants that are not.</summary>
[ImmutableObject(true)]
public record OpenValue(int Number);
