using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>Loads that one node of a cluster makes for all: the others wait for it, and then find the value in the shared tier.</summary>
public sealed partial class TieredCache
{
    private static readonly TimeSpan s_leastLeasePause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_mostLeasePause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the holder of a lease asks a shared tier again that cannot tell what it has: longer than a breaker stays open the first time.</summary>
    private static readonly TimeSpan s_mostDoubt = TimeSpan.FromSeconds(2);

    /// <summary>How long nobody asks again after one has asked in vain: the tier is down, and loads must not wait for it one after another.</summary>
    private static readonly TimeSpan s_doubtPause = TimeSpan.FromSeconds(30);

    private long _doubtedInVainAt;

    private readonly IFlightLeases? _leases;
    private readonly bool _hasSharedTier;

    /// <summary>How long a node may load a key for all; <c>null</c> when each loads for itself. Without a shared tier to find the value in, there would be nothing to wait for.</summary>
    private TimeSpan? LeaseOf(in EntryOptions options) =>
        _leases is not null && _hasSharedTier && (PolicyOf(options).Access & (TierAccess.SkipTierRead | TierAccess.SkipTierWrite)) == 0 ? PolicyOf(options).ClusterLease : null;

    /// <summary>Loads with the lease of the key, or finds what the holder of it has loaded; without one, when it cannot be had in the time that it may be held.</summary>
    private async ValueTask<CacheResult<T>> LoadInTurnAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options, PayloadBuffer payload, TimeSpan lease, bool isBlocking)
        where TLoad : struct, ILoad<T>
    {
        UInt128 token = NewToken();
        long start = _time.GetTimestamp();
        TimeSpan pause = s_leastLeasePause;
        LeaseStatus status;
        while ((status = await TryAcquireAsync(flight, token, lease, isBlocking).ConfigureAwait(false)) == LeaseStatus.Held && _time.GetElapsedTime(start) < lease)
        {
            if (TryStandIn(flight, load, PolicyOf(options) with { RetryDelay = s_mostLeasePause }, payload, out CacheResult<T> stale))
            {
                _flights.Land(flight, FlightOutcome.Stale, payload.WrittenSpan);
                _telemetry.StaleServed(flight.Key);
                return stale;
            }

            _counters.CountLeaseWait();
            await TierCall.SettleAsync(Task.Delay(pause, _time, flight.CancellationToken), isBlocking, flight.CancellationToken).ConfigureAwait(false);
            pause = Longer(pause);
            if (await FindBehindAsync<T, TLoad>(flight, load, payload, options, isBlocking).ConfigureAwait(false) is { IsHit: true } found)
                return Landed(flight, found, payload);
        }

        try
        {
            // Between the last look and the lease, the one before may have loaded. A refresh that need not wait wants another value than there is.
            bool mayBeThere = status == LeaseStatus.Acquired && (!flight.IsRefresh || pause > s_leastLeasePause);
            if (mayBeThere && await FindForSureAsync<T, TLoad>(flight, load, payload, options, lease, isBlocking).ConfigureAwait(false) is { IsHit: true } found)
                return Landed(flight, found, payload);
            return await LoadAsync<T, TLoad>(flight, load, options, payload, isBlocking).ConfigureAwait(false);
        }
        finally
        {
            if (status == LeaseStatus.Acquired)
                await ReleaseAsync(flight.Key, token, isBlocking).ConfigureAwait(false);
            else if (status == LeaseStatus.Faulted)
                _ = ReleaseAsync(flight.Key, token, isBlocking: false).AsTask(); // It may have been given all the same.
        }
    }

    /// <summary>Looks behind with the lease. The one before may have loaded, so a shared tier that cannot tell is asked again for a while, unless there is a stale value to serve.</summary>
    private async ValueTask<CacheResult<T>> FindForSureAsync<T, TLoad>(Flight flight, TLoad load, PayloadBuffer payload, EntryOptions options, TimeSpan lease, bool isBlocking)
        where TLoad : struct, ILoad<T>
    {
        long start = _time.GetTimestamp(), inVain = Volatile.Read(ref _doubtedInVainAt);
        TimeSpan patience = inVain != 0 && _time.GetElapsedTime(inVain, start) < s_doubtPause ? TimeSpan.Zero : lease / 2 < s_mostDoubt ? lease / 2 : s_mostDoubt;
        for (TimeSpan pause = s_leastLeasePause; ; pause = Longer(pause))
        {
            CacheResult<T> found = await FindBehindAsync<T, TLoad>(flight, load, payload, options, isBlocking).ConfigureAwait(false);
            if (found.IsHit || !flight.IsUnknownBehind || flight.StalePayload is not null)
                return found;
            if (_time.GetElapsedTime(start) >= patience)
            {
                if (patience > TimeSpan.Zero)
                    Volatile.Write(ref _doubtedInVainAt, _time.GetTimestamp());
                return found;
            }

            await TierCall.SettleAsync(Task.Delay(pause, _time, flight.CancellationToken), isBlocking, flight.CancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < s_mostLeasePause ? pause * 2 : s_mostLeasePause;

    private CacheResult<T> Landed<T>(Flight flight, CacheResult<T> found, PayloadBuffer payload)
    {
        _flights.Land(flight, FlightOutcome.Kept, payload.WrittenSpan);
        return found;
    }

    private async ValueTask<LeaseStatus> TryAcquireAsync(Flight flight, UInt128 token, TimeSpan lease, bool isBlocking)
    {
        try
        {
            LeaseStatus status = await TierCall.SettleAsync(_leases!.TryAcquireAsync(flight.Key, token, lease, flight.CancellationToken), isBlocking).ConfigureAwait(false);
            if (status == LeaseStatus.Faulted)
                _counters.CountLeaseFault();
            return status;
        }
        catch (Exception exception) when (!IsCancellation(exception, flight.CancellationToken))
        {
            _counters.CountLeaseFault();
            return LeaseStatus.Faulted;
        }
        catch
        {
            // Nobody waits for the load any more, and it may have been given all the same.
            _ = ReleaseAsync(flight.Key, token, isBlocking: false).AsTask();
            throw;
        }
    }

    private async ValueTask ReleaseAsync(byte[] key, UInt128 token, bool isBlocking)
    {
        try
        {
            await TierCall.SettleAsync(_leases!.ReleaseAsync(key, token), isBlocking).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It ends by itself.
            _counters.CountLeaseFault();
        }
    }

    private static UInt128 NewToken() => new((ulong)Random.Shared.NextInt64(), (ulong)Random.Shared.NextInt64());
}
