namespace Strata.Guards;

/// <summary>What a breaker does with calls.</summary>
public enum BreakerState
{
    /// <summary>Calls go through.</summary>
    Closed = 0,

    /// <summary>One call, the probe, is under way to find out whether the tier answers again; all others are refused.</summary>
    HalfOpen = 1,

    /// <summary>Calls are refused until the time is over.</summary>
    Open = 2,
}
