using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore;

/// <summary>A protocol as it is (<paramref name="Fault"/> is null: it must hold) or with one fault (there must be a counterexample).</summary>
internal sealed record ProtocolCase(string Protocol, string? Fault, Func<Scenario> Build)
{
    public override string ToString() => Fault is null ? Protocol : $"{Protocol}, {Fault}";
}
