using Microsoft.Extensions.Logging;
using Strata.Backplane;

namespace Strata.Telemetry;

/// <summary>Every message of the cache. Ids and names never change; a key is what <see cref="KeyText"/> says of it, and nothing tells of a value but its length.</summary>
internal static partial class CacheLog
{
    [LoggerMessage(1, LogLevel.Warning, "Cache {Cache}: a load failed after {ElapsedMs} ms (key: {Key}).", EventName = nameof(LoadFailed))]
    public static partial void LoadFailed(this ILogger logger, string cache, long elapsedMs, string key, Exception exception);

    [LoggerMessage(2, LogLevel.Warning, "Cache {Cache}: a load was given up at its hard deadline of {DeadlineMs} ms (key: {Key}).", EventName = nameof(LoadTimedOut))]
    public static partial void LoadTimedOut(this ILogger logger, string cache, long deadlineMs, string key);

    [LoggerMessage(3, LogLevel.Debug, "Cache {Cache}: a load was cancelled after {ElapsedMs} ms, since nobody waited for it any more (key: {Key}).", EventName = nameof(LoadCancelled))]
    public static partial void LoadCancelled(this ILogger logger, string cache, long elapsedMs, string key);

    [LoggerMessage(4, LogLevel.Warning, "Cache {Cache}: a refresh failed after {ElapsedMs} ms; the former value is served on (key: {Key}).", EventName = nameof(RefreshFailed))]
    public static partial void RefreshFailed(this ILogger logger, string cache, long elapsedMs, string key, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Cache {Cache}: a stale value was served, since its load failed or was late (key: {Key}). {LeftOut} more since the last such message.", EventName = nameof(StaleServed))]
    public static partial void StaleServed(this ILogger logger, string cache, string key, long leftOut);

    [LoggerMessage(6, LogLevel.Warning, "Cache {Cache}: tier {Tier} answered {Operation} with {Outcome}. {LeftOut} more since the last such message.", EventName = nameof(TierFault))]
    public static partial void TierFault(this ILogger logger, string cache, string tier, string operation, string outcome, long leftOut, Exception? exception);

    [LoggerMessage(7, LogLevel.Warning, "Cache {Cache}: tier {Tier} had an entry that is no value of the type asked for; it counts as missing. {LeftOut} more since the last such message.", EventName = nameof(PayloadUnreadable))]
    public static partial void PayloadUnreadable(this ILogger logger, string cache, string tier, long leftOut);

    [LoggerMessage(8, LogLevel.Warning, "Cache {Cache}: a loaded value of {ValueBytes} bytes is not kept, since values may have {MaxValueBytes} (key: {Key}). {LeftOut} more since the last such message.", EventName = nameof(ValueTooLong))]
    public static partial void ValueTooLong(this ILogger logger, string cache, long valueBytes, long maxValueBytes, string key, long leftOut);

    [LoggerMessage(9, LogLevel.Warning, "Cache {Cache}: a value found no memory that could be freed just now, and is not kept (key: {Key}). {LeftOut} more since the last such message.", EventName = nameof(NoSpace))]
    public static partial void NoSpace(this ILogger logger, string cache, string key, long leftOut);

    [LoggerMessage(10, LogLevel.Error, "Cache {Cache}: a listener of its events threw. {LeftOut} more since the last such message.", EventName = nameof(ListenerFailed))]
    public static partial void ListenerFailed(this ILogger logger, string cache, long leftOut, Exception exception);

    [LoggerMessage(11, LogLevel.Debug, "Cache {Cache}: a sweep took {RemovedEntries} invalidated entries out of memory.", EventName = nameof(SweepFinished))]
    public static partial void SweepFinished(this ILogger logger, string cache, long removedEntries);

    [LoggerMessage(12, LogLevel.Warning, "Cache {Cache}: the breaker of tier {Tier} is open; it is left alone for {OpenMs} ms.", EventName = nameof(BreakerOpened))]
    public static partial void BreakerOpened(this ILogger logger, string cache, string tier, long openMs);

    [LoggerMessage(13, LogLevel.Debug, "Cache {Cache}: the breaker of tier {Tier} lets a probe through.", EventName = nameof(BreakerProbing))]
    public static partial void BreakerProbing(this ILogger logger, string cache, string tier);

    [LoggerMessage(14, LogLevel.Information, "Cache {Cache}: the breaker of tier {Tier} is closed again.", EventName = nameof(BreakerClosed))]
    public static partial void BreakerClosed(this ILogger logger, string cache, string tier);

    [LoggerMessage(15, LogLevel.Warning, "Cache {Cache}: tier {Tier} lacks more writes than are remembered; it will be cleared before it is read again.", EventName = nameof(TierOverflowed))]
    public static partial void TierOverflowed(this ILogger logger, string cache, string tier);

    [LoggerMessage(16, LogLevel.Information, "Cache {Cache}: tier {Tier} has caught up; {Replayed} writes so far were made up for.", EventName = nameof(TierCaughtUp))]
    public static partial void TierCaughtUp(this ILogger logger, string cache, string tier, long replayed);

    [LoggerMessage(20, LogLevel.Information, "Cache {Cache}: messages of other nodes may have been missed ({Reason}), so all entries are taken for outdated. {LeftOut} more since the last such message.", EventName = nameof(Suspected))]
    public static partial void Suspected(this ILogger logger, string cache, SuspicionReason reason, long leftOut);

    [LoggerMessage(21, LogLevel.Warning, "Cache {Cache}: a message on the backplane was ignored: it is garbled, of another format, or not authenticated. {LeftOut} more since the last such message.", EventName = nameof(MessageRejected))]
    public static partial void MessageRejected(this ILogger logger, string cache, long leftOut);
}
