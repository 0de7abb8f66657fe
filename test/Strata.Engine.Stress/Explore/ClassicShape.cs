using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore;

/// <summary>A classic shape: its one outcome is the scenario's forbidden one, which Armv8 allows or not.</summary>
internal sealed record ClassicShape(string Name, bool IsAllowed, Scenario Scenario)
{
    public override string ToString() => Name;
}
