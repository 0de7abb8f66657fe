using System.Buffers;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;

namespace Strata;

/// <summary>The value that a load is to replace, which serves in its place when the load fails or is late.</summary>
public sealed partial class TieredCache
{
    /// <summary>The hard deadline of a flight: those who wait are let go, and the next caller loads anew.</summary>
    internal void Expire(Flight flight, EntryPolicy policy)
    {
        if (!_flights.TryExpire(flight, policy.HardDeadline!.Value))
            return;
        _counters.CountExpiredLoad();
        if (flight.StalePayload is not null)
            Postpone(flight, policy);
        _telemetry.LoadTimedOut(flight, policy.HardDeadline.Value);
    }

    /// <summary>Serves the stale value in place of a load that failed, and the callers of the next moments without another try.</summary>
    private bool TryStandIn<T, TLoad>(Flight flight, TLoad load, EntryPolicy policy, PayloadBuffer payload, out CacheResult<T> standIn)
        where TLoad : struct, ILoad<T>
    {
        standIn = default;
        bool isAbandoned = flight.CancellationToken.IsCancellationRequested && !flight.HasExpired;
        if (flight.IsRefresh || isAbandoned || flight.StalePayload is not { } stale || !load.TryRead(new(stale), out T? value))
            return false;
        payload.Clear();
        payload.Write(stale);
        Postpone(flight, policy);
        _counters.CountStale();
        standIn = new(value);
        return true;
    }

    /// <summary>Has the entry served as it is for the policy's delay.</summary>
    private void Postpone(Flight flight, EntryPolicy policy)
    {
        try
        {
            _memory.Postpone(flight.Key, policy.RetryDelay, mayBeStale: policy.StaleGrace is not null);
        }
        catch (ObjectDisposedException)
        {
            // The cache went while the load was under way.
        }
    }

    /// <summary>Keeps the value that a load is to replace: to serve it when need be, and to compare with.</summary>
    private void NoteFormer(Flight flight, ReadOnlySpan<byte> payload, in EntrySight sight, EntryPolicy policy)
    {
        byte[] former = payload.ToArray();

        // What an adaptive life keeps beyond its end is for comparing; only a grace makes it fit to be served.
        bool mayOutliveItsEnd = policy.AdaptiveTtl is null || policy.StaleGrace is not null;
        flight.OfferStale(new StalePayload(former, mayOutliveItsEnd ? sight.ExpiresInMs : sight.LifeMs - sight.AgeMs, _time));
        if (sight.LifeMs > 0)
            flight.Former = new FormerValue(former, sight.LifeMs, sight.AgeMs);
    }
}
