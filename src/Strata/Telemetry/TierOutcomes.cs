using Strata.Tiers;

namespace Strata.Telemetry;

/// <summary>From what a tier answers to what is reported of it.</summary>
internal static class TierOutcomes
{
    /// <summary>Whether the tier did not do what it was asked.</summary>
    public static bool IsFault(TierOutcome outcome) => outcome is TierOutcome.Throttled or TierOutcome.Fault;

    public static TierOutcome Of(TierReadStatus status) => status switch
    {
        TierReadStatus.Miss => TierOutcome.Miss,
        TierReadStatus.Hit => TierOutcome.Hit,
        TierReadStatus.Stale => TierOutcome.Stale,
        TierReadStatus.Throttled => TierOutcome.Throttled,
        _ => TierOutcome.Fault,
    };

    public static TierOutcome Of(TierWriteStatus status) => status switch
    {
        TierWriteStatus.Done => TierOutcome.Done,
        TierWriteStatus.NotFound => TierOutcome.NotFound,
        TierWriteStatus.Refused => TierOutcome.Refused,
        TierWriteStatus.Throttled => TierOutcome.Throttled,
        TierWriteStatus.Superseded => TierOutcome.Superseded,
        _ => TierOutcome.Fault,
    };
}
