using Microsoft.Extensions.Logging;
using Strata.Backplane;

namespace Strata.Telemetry;

/// <content>Other nodes.</content>
internal sealed partial class CacheTelemetry
{
    private readonly LogGate _suspicionGate;
    private readonly LogGate _rejectionGate;

    public void Suspected(SuspicionReason reason)
    {
        if (_log.IsEnabled(LogLevel.Information) && _suspicionGate.TryPass(out long leftOut))
            _log.Suspected(Name, reason, leftOut);
        Tell(static (to, _, reason) => to.Suspected(reason), [], reason);
    }

    public void MessageRejected()
    {
        if (_log.IsEnabled(LogLevel.Warning) && _rejectionGate.TryPass(out long leftOut))
            _log.MessageRejected(Name, leftOut);
    }
}
