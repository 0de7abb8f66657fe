namespace Strata.Telemetry;

/// <summary>How a tier answered.</summary>
internal enum TierOutcome
{
    Hit,
    Miss,
    Stale,
    Done,
    NotFound,
    Refused,
    Throttled,
    Fault,
    Cancelled,
}
