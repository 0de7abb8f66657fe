namespace Strata.Guards;

/// <summary>What a guard has counted so far. The numbers may be of slightly different moments.</summary>
public readonly record struct GuardStatistics
{
    /// <summary>What the breaker does now.</summary>
    public BreakerState State { get; init; }

    /// <summary>How often the breaker opened, after failed probes too.</summary>
    public long Openings { get; init; }

    /// <summary>Calls that were throttled: the breaker was not closed, or too many calls given up were under way.</summary>
    public long Rejected { get; init; }

    /// <summary>Calls that were given up at their deadline.</summary>
    public long TimedOut { get; init; }

    /// <summary>Calls that were given up, by deadline or by cancellation, and that the tier has not ended yet.</summary>
    public int Abandoned { get; init; }
}
