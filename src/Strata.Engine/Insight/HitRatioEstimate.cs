namespace Strata.Engine.Insight;

/// <summary>
/// The hit ratio of late, and what it would have been at other capacities. For the others every read of a few sampled keys is replayed on miniature caches of keys without
/// values (Waldspurger, Saemundsson, Ahmad, Park, "Cache modeling and optimization using miniature simulations", USENIX ATC 2017; keys are sampled by hash, as many as
/// fit, after Waldspurger, Park, Garthwaite, Ahmad, "Efficient MRC construction with SHARDS", FAST 2015); how much more or less than the one of this capacity they miss is
/// added to what the store itself missed.
/// </summary>
/// <remarks>With a thousand sampled keys in the store the error is a point or two, with a hundred some five. A larger capacity shows only after as much was written.</remarks>
/// <param name="Reads">The reads it is about, misses among them.</param>
/// <param name="Measured">The hit ratio of the store itself, 0 to 1.</param>
/// <param name="AtHalf">At half the capacity.</param>
/// <param name="AtTwice">At twice the capacity.</param>
/// <param name="AtFourTimes">At four times the capacity.</param>
/// <param name="SampledKeys">The sampled keys that the miniature cache of this capacity holds now.</param>
public sealed record HitRatioEstimate(long Reads, double Measured, double AtHalf, double AtTwice, double AtFourTimes, int SampledKeys);
