namespace Strata.Engine.Stress.Explore.Model;

internal sealed record OutcomeRule(string What, Predicate<Outcome> When);
