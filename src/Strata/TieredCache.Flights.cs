using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>What happens after a miss in memory: lead a flight or join one.</summary>
public sealed partial class TieredCache
{
    /// <summary>Gets a value by a flight and blocks until it has landed.</summary>
    private CacheResult<T> Obtain<T, TLoad>(ReadOnlySpan<byte> key, TLoad load, EntryOptions options, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        while (true)
        {
            Flight flight = _flights.JoinOrStart(key, TLoad.Kind, cancellationToken.CanBeCanceled, out bool leads);
            if (leads)
            {
                using (cancellationToken.UnsafeRegister(static (state, _) => ((Leaver)state!).Leave(), cancellationToken.CanBeCanceled ? new Leaver(_flights, flight) : null))
                    return FlyAsync<T, TLoad>(flight, load, options, isBlocking: true).Wait();
            }

            FlightResult landed = Join(flight, cancellationToken);
            if (TryTake(landed, load, out CacheResult<T> result))
                return result;
        }
    }

    /// <summary>Gets a value by a flight. The factory of a flight that this call leads runs here until it awaits.</summary>
    private ValueTask<CacheResult<T>> ObtainAsync<T, TLoad>(ReadOnlySpan<byte> key, TLoad load, EntryOptions options, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        Flight flight = _flights.JoinOrStart(key, TLoad.Kind, cancellationToken.CanBeCanceled, out bool leads);
        if (!leads)
            return JoinAsync<T, TLoad>(flight, load, options, cancellationToken);
        ValueTask<CacheResult<T>> flying = FlyAsync<T, TLoad>(flight, load, options, isBlocking: false);
        return flying.IsCompleted || !cancellationToken.CanBeCanceled ? flying : LeadAsync(flight, flying.AsTask(), cancellationToken);
    }

    /// <summary>Waits as the leader, who may leave while the flight goes on for others.</summary>
    private async ValueTask<CacheResult<T>> LeadAsync<T>(Flight flight, Task<CacheResult<T>> flying, CancellationToken cancellationToken)
    {
        try
        {
            return await flying.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !flying.IsCompleted)
        {
            _flights.Leave(flight);

            // How the flight ends is no longer this caller's business, but somebody has to look at it.
            _ = flying.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }
    }

    private async ValueTask<CacheResult<T>> JoinAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        FlightResult landed;
        Flight? waiter = BeginJoin(flight);
        try
        {
            landed = await flight.CompletionUnderLock!.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _flights.Leave(flight);
            throw;
        }
        finally
        {
            FlightChain.EndWait(waiter, flight);
        }

        if (TryTake(landed, load, out CacheResult<T> result))
            return result;
        return await ObtainAsync<T, TLoad>(flight.Key, load, options, cancellationToken).ConfigureAwait(false);
    }

    private FlightResult Join(Flight flight, CancellationToken cancellationToken)
    {
        Flight? waiter = BeginJoin(flight);
        try
        {
            Task<FlightResult> landing = flight.CompletionUnderLock!.Task;
            try
            {
                landing.Wait(cancellationToken);
            }
            catch (AggregateException)
            {
                // The result below throws what the load threw, without the wrapping.
            }

            return landing.GetAwaiter().GetResult();
        }
        catch
        {
            _flights.Leave(flight);
            throw;
        }
        finally
        {
            FlightChain.EndWait(waiter, flight);
        }
    }

    private Flight? BeginJoin(Flight flight)
    {
        _counters.CountJoin();
        try
        {
            return FlightChain.BeginWait(flight);
        }
        catch
        {
            _flights.Leave(flight);
            throw;
        }
    }

    /// <summary>Reads what a joined flight brought.</summary>
    /// <returns><c>false</c> when the call must fly itself: the flight only looked, or its value is of another type.</returns>
    private bool TryTake<T, TLoad>(FlightResult landed, TLoad load, out CacheResult<T> result)
        where TLoad : struct, ILoad<T>
    {
        result = default;
        if (landed.Payload is null)
            return TLoad.Kind == FlightKind.Lookup;
        if (!load.TryRead(new(landed.Payload), out T? value))
            return false;
        if (landed.WasKept)
            _counters.CountLateHit();
        result = new(value);
        return true;
    }

    /// <summary>Flies: memory once more, the tiers behind, the factory. The body of a flight, run by its leader, for callers that block and callers that await.</summary>
    private async ValueTask<CacheResult<T>> FlyAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options, bool isBlocking)
        where TLoad : struct, ILoad<T>
    {
        Flight? waiter = FlightChain.Enter(flight);
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            if (TryRecheck<T, TLoad>(flight.Key, load, payload, out T? kept))
            {
                _flights.Land(flight, payload.WrittenSpan, wasKept: true);
                return new(kept);
            }

            for (int i = 0; i < _tiers.Length; i++)
            {
                TierRead read = await ReadAsync(_tiers[i], flight.Key, payload, isBlocking, flight.CancellationToken).ConfigureAwait(false);
                if (read.Status != TierReadStatus.Hit)
                    continue;
                if (!load.TryRead(payload.WrittenSequence, out T? found))
                {
                    _counters.CountTierUnreadable();
                    continue;
                }

                _counters.CountTierHit();
                _counters.CountLateHit();
                EntryOptions left = LifeLeft(read);
                Keep(flight, payload, left);
                await WriteThroughAsync(flight, payload, left, tierCount: i, isBlocking).ConfigureAwait(false);
                _flights.Land(flight, payload.WrittenSpan, wasKept: true);
                return new(found);
            }

            if (TLoad.Kind == FlightKind.Lookup)
            {
                _flights.LandEmpty(flight);
                return default;
            }

            T value = await LoadAsync<T, TLoad>(flight, load, options, payload, isBlocking).ConfigureAwait(false);
            _flights.Land(flight, payload.WrittenSpan, wasKept: false);
            return new(value);
        }
        catch (Exception exception)
        {
            _flights.Fail(flight, exception);
            throw;
        }
        finally
        {
            FlightChain.EndWait(waiter, flight);
            payload.Return();
        }
    }

    private async ValueTask<T> LoadAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options, PayloadBuffer payload, bool isBlocking)
        where TLoad : struct, ILoad<T>
    {
        payload.Clear();
        _counters.CountLoad();
        var context = new LoadContext(options, flight.CancellationToken);
        T value;
        try
        {
            value = await load.LoadAsync(context, flight.Key.Length, payload).ConfigureAwait(false);
        }
        catch
        {
            _counters.CountLoadFailure();
            throw;
        }

        if (Keep(flight, payload, context.Options))
            await WriteThroughAsync(flight, payload, context.Options, _tiers.Length, isBlocking).ConfigureAwait(false);
        else
            _counters.CountNotKept();
        return value;
    }

    /// <summary>Looks into memory again: another flight may have landed between this call's miss and its own start.</summary>
    private bool TryRecheck<T, TLoad>(byte[] key, TLoad load, PayloadBuffer payload, [MaybeNullWhen(false)] out T value)
        where TLoad : struct, ILoad<T>
    {
        value = default;
        bool isThere = _memory.TryGet(key, payload);
        _counters.CountRecheck();
        if (!isThere)
            return false;
        if (load.TryRead(payload.WrittenSequence, out value))
            return true;
        _counters.CountUnreadable();
        return false;
    }

    /// <summary>Publishes a flight's payload in memory, unless a writer of the key was there first.</summary>
    private bool Keep(Flight flight, PayloadBuffer payload, EntryOptions options)
    {
        if (payload.LengthBytes > _maxValueBytes)
            return false;
        try
        {
            return _memory.Set(flight.Key, payload.WrittenSpan, options, flight.Fence);
        }
        catch (ObjectDisposedException)
        {
            // The cache went while the load was under way; those who wait get their value all the same.
            return false;
        }
    }

    private static EntryOptions LifeLeft(TierRead read) =>
        new() { Ttl = read.TimeToLive == Timeout.InfiniteTimeSpan || read.TimeToLive <= EntryOptions.MaxTtl ? read.TimeToLive : EntryOptions.MaxTtl };
}
