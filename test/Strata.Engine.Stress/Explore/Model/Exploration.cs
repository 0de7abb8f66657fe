namespace Strata.Engine.Stress.Explore.Model;

/// <summary>
/// What an exploration found. When there is no counterexample it was exhaustive, and <see cref="NeverSeen"/> names the expected outcomes
/// that no execution has.
/// </summary>
internal sealed record Exploration(int States, int Endings, Counterexample? Counterexample, IReadOnlyList<string> NeverSeen)
{
    /// <summary>Nothing forbidden was reached, and everything expected was.</summary>
    public bool Holds => Counterexample is null && NeverSeen.Count == 0;
}
