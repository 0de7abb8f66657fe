namespace Strata.Engine.Eviction;

/// <summary>The bytes of the two rings of a stripe and of its share of the capacity, chained values included.</summary>
internal readonly record struct RingBytes(long Probation, long Main, long Share, bool HasEvicted);
