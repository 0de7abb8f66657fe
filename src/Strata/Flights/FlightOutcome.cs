namespace Strata.Flights;

/// <summary>How a flight ended well.</summary>
internal enum FlightOutcome
{
    /// <summary>A lookup found nothing.</summary>
    Empty,

    /// <summary>Memory or a tier behind had the value: no factory was called.</summary>
    Kept,

    /// <summary>The factory made the value.</summary>
    Loaded,

    /// <summary>The load failed or was late; the value is the stale one.</summary>
    Stale,

    /// <summary>There is no such value, and that is known.</summary>
    Nothing,
}
