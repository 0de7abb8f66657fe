using Microsoft.Extensions.Logging;
using Strata.Guards;

namespace Strata.Telemetry;

/// <content>Guards of tiers, and what tiers lack.</content>
internal sealed partial class CacheTelemetry
{
    public void BreakerChanged(string tier, BreakerChange change)
    {
        switch (change.State)
        {
            case BreakerState.Open when _log.IsEnabled(LogLevel.Warning):
                _log.BreakerOpened(Name, tier, (long)change.OpenTime.TotalMilliseconds);
                break;
            case BreakerState.HalfOpen when _log.IsEnabled(LogLevel.Debug):
                _log.BreakerProbing(Name, tier);
                break;
            case BreakerState.Closed when _log.IsEnabled(LogLevel.Information):
                _log.BreakerClosed(Name, tier);
                break;
        }
    }

    public void Overflowed(string tier)
    {
        if (_log.IsEnabled(LogLevel.Warning))
            _log.TierOverflowed(Name, tier);
    }

    public void CaughtUp(string tier, long replayed)
    {
        if (_log.IsEnabled(LogLevel.Information))
            _log.TierCaughtUp(Name, tier, replayed);
    }
}
