namespace Strata.Guards;

/// <summary>A breaker has changed its state.</summary>
/// <param name="State">The new state.</param>
/// <param name="OpenTime">When it is open: for how long.</param>
internal readonly record struct BreakerChange(BreakerState State, TimeSpan OpenTime);
