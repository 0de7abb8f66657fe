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
    Superseded,
    Throttled,
    Fault,
    Cancelled,
}
