namespace Strata.Engine.Stress.Linear;

internal sealed record LinearResult(IReadOnlyList<string> Violations, LinearTally Tally);
