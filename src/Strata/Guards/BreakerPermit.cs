namespace Strata.Guards;

/// <summary>Leave to make one call, given in one era of a breaker: between two changes of its state. What is reported of a call from an earlier era says nothing of this one.</summary>
internal readonly record struct BreakerPermit(long Era);
