namespace Strata.Invalidation;

/// <summary>A rule that has not swept all entries yet. It means those whose sequence is less than its own.</summary>
internal readonly record struct PendingRule(InvalidationRule Rule, long Sequence);
