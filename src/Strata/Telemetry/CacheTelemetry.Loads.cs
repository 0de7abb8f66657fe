using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Strata.Flights;
using Strata.Invalidation;

namespace Strata.Telemetry;

/// <content>Loads, and what becomes of their values.</content>
internal sealed partial class CacheTelemetry
{
    /// <summary>A factory is about to be called, in the caller's context.</summary>
    public LoadWatch BeginLoad(Flight flight)
    {
        Activity? activity = s_activities.StartActivity(TelemetryNames.Load);
        activity?.SetTag(TelemetryNames.CacheName, Name).SetTag(TelemetryNames.Stale, flight.StalePayload is not null).SetTag(TelemetryNames.Refresh, flight.IsRefresh);
        return new(_time.GetTimestamp(), activity);
    }

    /// <summary>The factory is done.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan EndLoad(in LoadWatch watch, bool isNothing) => End(watch, isNothing ? "nothing" : "loaded");

    /// <summary>The factory threw, or was never called because its caller could not wait for its turn.</summary>
    public void LoadFailed(Flight flight, in LoadWatch watch, Exception exception)
    {
        bool isCancelled = flight.CancellationToken.IsCancellationRequested && exception is OperationCanceledException;
        watch.Activity?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, exception.GetType().FullName);
        long elapsedMs = (long)End(watch, !isCancelled ? "failed" : flight.HasExpired ? "timeout" : "cancelled").TotalMilliseconds;
        if (isCancelled && !flight.HasExpired)
        {
            if (_log.IsEnabled(LogLevel.Debug))
                _log.LoadCancelled(Name, elapsedMs, TextOf(flight.Key));
        }
        else if (!isCancelled && _log.IsEnabled(LogLevel.Warning))
        {
            if (flight.IsRefresh)
                _log.RefreshFailed(Name, elapsedMs, TextOf(flight.Key), exception);
            else
                _log.LoadFailed(Name, elapsedMs, TextOf(flight.Key), exception);
        }

        Tell(static (to, key, what) => to.LoadFailed(key, what.exception, what.IsRefresh), flight.Key, (exception, flight.IsRefresh));
    }

    /// <summary>The load has landed.</summary>
    public void Loaded(Flight flight, TimeSpan elapsed, bool isNothingKept)
    {
        if (flight.IsRefresh)
            Tell(static (to, key, time) => to.Refreshed(key, time), flight.Key, elapsed);
        else
            Tell(static (to, key, time) => to.Loaded(key, time), flight.Key, elapsed);
        if (isNothingKept)
            Tell(static (to, key, _) => to.NegativeStored(key), flight.Key, 0);
    }

    public void LoadTimedOut(Flight flight, TimeSpan deadline)
    {
        if (_log.IsEnabled(LogLevel.Warning))
            _log.LoadTimedOut(Name, (long)deadline.TotalMilliseconds, TextOf(flight.Key));
        Tell(static (to, key, time) => to.LoadTimedOut(key, time), flight.Key, deadline);
    }

    public void StaleServed(byte[] key)
    {
        if (_log.IsEnabled(LogLevel.Information) && _staleGate.TryPass(out long leftOut))
            _log.StaleServed(Name, TextOf(key), leftOut);
        Tell(static (to, key, _) => to.StaleServed(key), key, 0);
    }

    public void Invalidated(InvalidationRule rule) => Tell(static (to, _, rule) => to.Invalidated(rule), [], rule);

    /// <summary>A sweep of invalidated entries has been everywhere.</summary>
    public void Swept(long removedEntries)
    {
        if (_log.IsEnabled(LogLevel.Debug))
            _log.SweepFinished(Name, removedEntries);
    }

    /// <summary>A tier had an entry that is no value of the type asked for.</summary>
    public void Unreadable(string tier)
    {
        if (_log.IsEnabled(LogLevel.Warning) && _unreadableGate.TryPass(out long leftOut))
            _log.PayloadUnreadable(Name, tier, leftOut);
    }

    public void TooLong(ReadOnlySpan<byte> key, long valueBytes, long maxValueBytes)
    {
        if (_log.IsEnabled(LogLevel.Warning) && _keepGate.TryPass(out long leftOut))
            _log.ValueTooLong(Name, valueBytes, maxValueBytes, TextOf(key), leftOut);
    }

    public void NoSpace(ReadOnlySpan<byte> key)
    {
        if (_log.IsEnabled(LogLevel.Warning) && _keepGate.TryPass(out long leftOut))
            _log.NoSpace(Name, TextOf(key), leftOut);
    }

    private TimeSpan End(in LoadWatch watch, string outcome)
    {
        if (!watch.IsBegun)
            return TimeSpan.Zero;
        TimeSpan elapsed = _time.GetElapsedTime(watch.Start);
        if (_instruments.LoadDuration.Enabled)
            _instruments.LoadDuration.Record(elapsed.TotalSeconds, new CacheTags(Name) { Outcome = outcome }.ToArray());
        watch.Activity?.SetTag(TelemetryNames.Outcome, outcome).Dispose();
        return elapsed;
    }
}
