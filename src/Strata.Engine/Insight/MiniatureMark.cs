namespace Strata.Engine.Insight;

/// <summary>Sums of one moment; the difference of two is what happened between them.</summary>
/// <param name="Hits">The store's own hits.</param>
/// <param name="Misses">The store's own misses.</param>
/// <param name="SampledReads">The reads of sampled keys.</param>
/// <param name="AtHalf">What the miniature cache of half the capacity missed, times the keys that a sampled one stands for.</param>
/// <param name="AtFull">The same for this capacity.</param>
/// <param name="AtTwice">The same for twice the capacity.</param>
/// <param name="AtFourTimes">The same for four times the capacity.</param>
internal readonly record struct MiniatureMark(long Hits, long Misses, long SampledReads, double AtHalf, double AtFull, double AtTwice, double AtFourTimes);
