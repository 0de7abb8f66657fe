namespace Strata.Engine.Stress.Explore.Model;

/// <summary>An execution with a forbidden outcome, step by step in the order in which memory saw them; the number after a thread's name is the place in its script.</summary>
internal sealed record Counterexample(string What, IReadOnlyList<string> Trace);
