namespace Strata.Engine.Stress.Fuzz;

/// <summary>A decoder did what it must not.</summary>
internal sealed class FuzzException(string message) : Exception(message);
