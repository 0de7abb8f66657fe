using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>What happens after a miss in memory: lead a flight or join one.</summary>
public sealed partial class TieredCache
{
    /// <summary>Gets a value that a straight read did not bring, and blocks until it is there.</summary>
    private CacheResult<T> Obtain<T, TLoad>(PayloadRead read, ReadOnlySpan<byte> key, TLoad load, in EntryOptions options, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        if (IsAnswered(read, key, load, in options, out CacheResult<T> result))
            return result;
        while (true)
        {
            EntryPolicy policy = PolicyOf(options);
            Flight flight = _flights.JoinOrStart(key, TLoad.Kind, cancellationToken.CanBeCanceled || policy.HardDeadline is not null, out bool leads, out int doubts);
            if (leads)
            {
                Arm(flight, policy);
                try
                {
                    using (cancellationToken.UnsafeRegister(static (state, _) => ((Leaver)state!).Leave(), cancellationToken.CanBeCanceled ? new Leaver(_flights, flight) : null))
                        return FlyAsync<T, TLoad>(flight, load, options, isBlocking: true).Wait();
                }
                catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(exception.Message, exception, cancellationToken);
                }
            }

            if (TryTake(JoinAsync<T, TLoad>(flight, load, policy, doubts, isBlocking: true, cancellationToken).Wait(), load, doubts, out result))
                return result;
        }
    }

    /// <summary>Gets a value that a straight read did not bring. The factory of a flight that this call leads runs here until it awaits.</summary>
    private ValueTask<CacheResult<T>> ObtainAsync<T, TLoad>(PayloadRead read, ReadOnlySpan<byte> key, TLoad load, in EntryOptions options, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        if (IsAnswered(read, key, load, in options, out CacheResult<T> result))
            return new(result);
        EntryPolicy policy = PolicyOf(options);
        Flight flight = _flights.JoinOrStart(key, TLoad.Kind, cancellationToken.CanBeCanceled || policy.HardDeadline is not null, out bool leads, out int doubts);
        if (!leads)
            return TakeAsync<T, TLoad>(flight, load, options, doubts, cancellationToken);
        Arm(flight, policy);
        ValueTask<CacheResult<T>> flying = FlyAsync<T, TLoad>(flight, load, options, isBlocking: false);
        bool waitsToTheEnd = !cancellationToken.CanBeCanceled && policy is { SoftDeadline: null, HardDeadline: null };
        return flying.IsCompleted || waitsToTheEnd ? flying : LeadAsync<T, TLoad>(flight, flying.AsTask(), load, options, cancellationToken);
    }

    /// <summary>Whether memory has the answer after all: an entry that is not simply fresh, which the straight read left.</summary>
    private bool IsAnswered<T, TLoad>(PayloadRead read, ReadOnlySpan<byte> key, TLoad load, in EntryOptions options, out CacheResult<T> result)
        where TLoad : struct, ILoad<T>
    {
        result = default;
        if (read < PayloadRead.Special)
            return false;
        if (ReadsMemory(options))
            return TryLook(key, load, in options, out result);
        _counters.CountSkipped();
        return false;
    }

    /// <summary>Waits as the leader, who may leave, by its token or at a deadline, while the flight goes on.</summary>
    private async ValueTask<CacheResult<T>> LeadAsync<T, TLoad>(Flight flight, Task<CacheResult<T>> flying, TLoad load, EntryOptions options, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        Task ended = flight.Deadline is null ? flying : Task.WhenAny(flying, flight.CompletionUnderLock!.Task);
        Wait wait = await WaitAsync(flight, ended, PolicyOf(options), mayBeStale: true, hard: null, isBlocking: false, cancellationToken).ConfigureAwait(false);
        if (flying.IsCompleted)
            return await flying.ConfigureAwait(false);

        // How the flight ends is no longer this caller's business, but somebody has to look at it.
        _ = flying.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (wait == Wait.Cancelled)
        {
            _flights.Leave(flight);
            throw new OperationCanceledException(cancellationToken);
        }

        FlightResult landed = wait == Wait.Ended ? await flight.CompletionUnderLock!.Task.ConfigureAwait(false) : StaleOf(flight);
        return TryTake(landed, load, doubts: 0, out CacheResult<T> result) ? result : throw FlightErrors.TimedOut(flight.Key.Length, PolicyOf(options).HardDeadline ?? PolicyOf(options).SoftDeadline!.Value);
    }

    /// <summary>Waits for a flight that this call joined, and flies itself when that brought nothing it can use.</summary>
    private async ValueTask<CacheResult<T>> TakeAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options, int doubts, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        FlightResult landed = await JoinAsync<T, TLoad>(flight, load, PolicyOf(options), doubts, isBlocking: false, cancellationToken).ConfigureAwait(false);
        if (TryTake(landed, load, doubts, out CacheResult<T> result))
            return result;
        return await ObtainAsync<T, TLoad>(PayloadRead.Miss, flight.Key, load, options, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<FlightResult> JoinAsync<T, TLoad>(Flight flight, TLoad load, EntryPolicy policy, int doubts, bool isBlocking, CancellationToken cancellationToken)
        where TLoad : struct, ILoad<T>
    {
        FlightNode? waiter = BeginJoin(flight);
        Task<FlightResult> landing = flight.CompletionUnderLock!.Task;
        try
        {
            // The flight's own deadline may be later, or none.
            TimeSpan? hard = TLoad.Kind == FlightKind.Load ? policy.HardDeadline : null;
            Wait wait = await WaitAsync(flight, landing, policy, mayBeStale: doubts == 0, hard, isBlocking, cancellationToken).ConfigureAwait(false);
            if (wait == Wait.Cancelled)
                throw new OperationCanceledException(cancellationToken);
            if (wait == Wait.Ended)
                return await landing.ConfigureAwait(false);
            FlightResult stale = StaleOf(flight);
            if (wait == Wait.Late)
                return stale;
            if (doubts != 0 || stale.Payload is null)
                throw FlightErrors.TimedOut(flight.Key.Length, hard!.Value);
            _flights.Leave(flight);
            return stale;
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

    private FlightNode? BeginJoin(Flight flight)
    {
        _counters.CountJoin();
        try
        {
            FlightNode? waiter = FlightChain.BeginWait(flight);
            if (_loadSlots is not null)
                FlightChain.ReleaseSlots();
            return waiter;
        }
        catch
        {
            _flights.Leave(flight);
            throw;
        }
    }

    /// <summary>Waits for the end, but with a stale value at hand no longer than to the soft deadline, and in any case no longer than to the hard one given.</summary>
    private async ValueTask<Wait> WaitAsync(Flight flight, Task ended, EntryPolicy policy, bool mayBeStale, TimeSpan? hard, bool isBlocking, CancellationToken cancellationToken)
    {
        TimeSpan left = hard ?? Timeout.InfiniteTimeSpan;
        if (mayBeStale && policy.SoftDeadline is { } soft)
        {
            await TierCall.WaitAsync(ended, soft, _time, isBlocking, cancellationToken).ConfigureAwait(false);
            if (!ended.IsCompleted && !cancellationToken.IsCancellationRequested && flight.StalePayload is not null)
                return Wait.Late;
            if (hard is not null)
                left -= soft;
        }

        await TierCall.WaitAsync(ended, left, _time, isBlocking, cancellationToken).ConfigureAwait(false);
        return ended.IsCompleted ? Wait.Ended : cancellationToken.IsCancellationRequested ? Wait.Cancelled : Wait.Expired;
    }

    /// <summary>Reads what a joined flight brought.</summary>
    /// <returns><c>false</c> when the call must fly itself: the flight only looked, its value is of another type, or was invalidated before the call joined.</returns>
    private bool TryTake<T, TLoad>(FlightResult landed, TLoad load, int doubts, out CacheResult<T> result)
        where TLoad : struct, ILoad<T>
    {
        result = default;
        if (landed.FirstMatch < doubts)
            return false;
        result = landed.Outcome == FlightOutcome.Nothing ? CacheResult<T>.Nothing : default;
        if (landed.Outcome == FlightOutcome.Nothing)
            return true;
        if (landed.Outcome == FlightOutcome.Empty)
            return TLoad.Kind == FlightKind.Lookup;
        if (!load.TryRead(new(landed.Payload!), out T? value))
            return false;
        if (landed.Outcome == FlightOutcome.Kept)
            _counters.CountLateHit();
        else if (landed.Outcome == FlightOutcome.Stale)
        {
            _counters.CountStale();
            _telemetry.StaleServed(landed.Key);
        }

        result = new(value);
        return true;
    }

    private static FlightResult StaleOf(Flight flight) => new(FlightOutcome.Stale, flight.StalePayload, int.MaxValue, flight.Key);

    /// <summary>Sets the hard deadline of a load.</summary>
    private void Arm(Flight flight, EntryPolicy policy)
    {
        if (flight.Kind != FlightKind.Load || policy.HardDeadline is not { } deadline)
            return;
        FlightTable.MakeCompletion(flight);
        flight.Deadline = _time.CreateTimer(static state => ((FlightDeadline)state!).Pass(), new FlightDeadline(this, flight, policy), deadline, Timeout.InfiniteTimeSpan);
    }

    private enum Wait
    {
        Ended,
        Late,
        Expired,
        Cancelled,
    }
}
