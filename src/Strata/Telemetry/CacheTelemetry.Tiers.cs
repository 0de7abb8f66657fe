using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Strata.Telemetry;

/// <content>Calls to the tiers behind memory.</content>
internal sealed partial class CacheTelemetry
{
    private const long NotTimed = long.MinValue;

    public TierWatch BeginCall(TierCounters tier, TierOperation operation)
    {
        Activity? activity = s_activities.StartActivity(TelemetryNames.ActivityOf(operation), ActivityKind.Client);
        activity?.SetTag(TelemetryNames.CacheName, Name).SetTag(TelemetryNames.Tier, tier.Tier);
        return new(operation, _instruments.TierDuration.Enabled ? _time.GetTimestamp() : NotTimed, activity);
    }

    public void EndCall(TierCounters tier, LogGate faults, in TierWatch watch, TierOutcome outcome, Exception? exception = null)
    {
        if (watch.Start != NotTimed)
            _instruments.TierDuration.Record(_time.GetElapsedTime(watch.Start).TotalSeconds, tier.TagsOf(watch.Operation, outcome));
        bool isFault = TierOutcomes.IsFault(outcome);
        if (watch.Activity is { } activity)
        {
            activity.SetTag(TelemetryNames.Outcome, TelemetryNames.Of(outcome)).SetTag(TelemetryNames.Stale, outcome == TierOutcome.Stale);
            if (exception is not null)
                activity.SetTag(TelemetryNames.ErrorType, exception.GetType().FullName);
            if (isFault)
                activity.SetStatus(ActivityStatusCode.Error);
            activity.Dispose();
        }

        if (isFault && _log.IsEnabled(LogLevel.Warning) && faults.TryPass(out long leftOut))
            _log.TierFault(Name, tier.Tier, TelemetryNames.Of(watch.Operation), TelemetryNames.Of(outcome), leftOut, exception);
    }
}
