using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>Reads of many keys: memory in one go, and what it does not have through flights.</summary>
public sealed partial class TieredCache
{
    private static readonly EntryPolicy s_lookup = new();

    /// <summary>Reads what memory has. Of the others the outcome is a miss, or marked when it is known that there is no value.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="options">The caller's options.</param>
    /// <param name="refreshes">Receives the places of values that should be renewed; may be <c>null</c>.</param>
    private void ReadMany(KeyBatch keys, ValueBatch values, in EntryOptions options, List<int>? refreshes)
    {
        values.Begin(keys.Count);
        if (!ReadsMemory(options))
        {
            for (int i = 0; i < keys.Count; i++)
                _counters.CountSkipped();
            return;
        }

        Span<BatchRead> reads = values.Reads;
        Span<byte> free = values.Bytes.GetSpan();
        for (int i = 0; i < keys.Count && _memory.Pending is not null; i++)
            _memory.DropInvalidated(keys[i]);
        _memory.TryGetMany(keys, free, reads);
        int usedBytes = 0;
        bool isAllPlain = true;
        foreach (ref readonly BatchRead read in reads)
        {
            if (read.Outcome is ReadOutcome.Hit or ReadOutcome.Stale)
                usedBytes = Math.Max(usedBytes, read.Start + read.ValueBytes);
            isAllPlain &= read.Outcome is ReadOutcome.Hit or ReadOutcome.Miss;
        }

        values.Bytes.Advance(usedBytes);
        for (int i = 0; !isAllPlain && i < reads.Length; i++)
        {
            if (reads[i].Outcome is ReadOutcome.Hit or ReadOutcome.Miss)
                continue;
            if (reads[i].Outcome == ReadOutcome.Stale)
                _counters.CountSecondLook();
            LookInto(keys, values, i, options, refreshes);
        }
    }

    /// <summary>Reads an entry that is not simply fresh, or was longer than the room that was left.</summary>
    private void LookInto(KeyBatch keys, ValueBatch values, int index, in EntryOptions options, List<int>? refreshes)
    {
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            EntryState state = Look(keys[index], payload, PolicyOf(options), out EntrySight sight);
            values.Reads[index] = new BatchRead(state == EntryState.Nothing ? ReadOutcome.Marked : ReadOutcome.Miss, 0, 0);
            if (state == EntryState.Stale)
                _counters.CountUnserved();
            if (state != EntryState.Fresh)
                return;
            values.Put(index, payload.WrittenSpan);
            if (sight.WantsRefresh)
                refreshes?.Add(index);
        }
        finally
        {
            payload.Return();
        }
    }

    /// <summary>Brings what memory did not have: leads a flight for each key that has none, joins the others, and has every seat answered.</summary>
    /// <remarks>The call's own flights never wait for those it joined, and it waits for these only when its own are under way: so two calls with the same keys in any order wait for work, not for each other.</remarks>
    private async ValueTask<bool> ObtainManyAsync<T, TLoad>(BatchCall<T> call, TLoad load, EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
        where TLoad : struct, IManyLoad<T>
    {
        // Deadlines are for loads.
        EntryPolicy policy = TLoad.Kind == FlightKind.Load ? PolicyOf(options) : s_lookup;
        while (!call.IsAnswered)
        {
            List<BatchSeat<T>> open = call.Seats.FindAll(static seat => !seat.IsAnswered);
            FlightBatch batch = TakeOff(call, open, TLoad.Kind, cancellationToken.CanBeCanceled || policy.HardDeadline is not null, policy);
            List<BatchSeat<T>> own = open.FindAll(static seat => seat.Leads), joined = open.FindAll(static seat => !seat.Leads);
            Task<bool> flying = Task.FromResult(true);
            var waits = new List<(FlightNode? Waiter, Flight Flight)>(joined.Count);
            try
            {
                if (own.Count > 0)
                    flying = Fly(batch, own, load, options, isBlocking, cancellationToken);
                foreach (BatchSeat<T> seat in joined)
                    waits.Add((FlightChain.BeginWait(seat.Flight), seat.Flight));
                if (_loadSlots is not null && joined.Count > 0)
                    FlightChain.ReleaseSlots();
                await WaitForManyAsync(batch, flying, open, joined, policy, isBlocking, cancellationToken).ConfigureAwait(false);
                await TakeManyAsync(flying, open, load, policy).ConfigureAwait(false);
            }
            catch
            {
                Observe(flying);
                foreach (BatchSeat<T> seat in joined)
                    _flights.Leave(seat.Flight);
                Leave(batch);
                throw;
            }
            finally
            {
                foreach ((FlightNode? waiter, Flight flight) in waits)
                    FlightChain.EndWait(waiter, flight);
            }
        }

        return true;
    }

    /// <summary>Starts the body of the call's own flights. When the caller blocks, it is over when this returns, whatever came of it.</summary>
    private Task<bool> Fly<T, TLoad>(FlightBatch batch, List<BatchSeat<T>> own, TLoad load, EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
        where TLoad : struct, IManyLoad<T>
    {
        if (!isBlocking)
            return FlyManyAsync(batch, own, load, options, isBlocking: false).AsTask();
        using (cancellationToken.UnsafeRegister(static (state, _) => ((Action)state!)(), cancellationToken.CanBeCanceled ? () => Leave(batch) : null))
        {
            Task<bool> flying = FlyManyAsync(batch, own, load, options, isBlocking: true).AsTask();
            ((IAsyncResult)flying).AsyncWaitHandle.WaitOne();
            return flying;
        }
    }

    /// <summary>Gives every open seat a flight.</summary>
    private FlightBatch TakeOff<T>(BatchCall<T> call, List<BatchSeat<T>> open, FlightKind kind, bool isCancellable, EntryPolicy policy)
    {
        // A refusal comes before anything is begun.
        foreach (BatchSeat<T> seat in open)
        {
            if (kind == FlightKind.Load)
                _flights.ThrowIfLoading(call.KeyOf(seat));
        }

        var batch = new FlightBatch(isCancellable, policy.HardDeadline is not null);
        foreach (BatchSeat<T> seat in open)
        {
            seat.Flight = _flights.JoinOrStart(call.KeyOf(seat), kind, isCancellable, out bool leads, out int doubts, batch);
            seat.Leads = leads;
            seat.Doubts = doubts;
            if (leads)
                batch.Add(seat.Flight);
            else
                _counters.CountJoin();
        }

        Arm(batch, policy);
        return batch;
    }

    /// <summary>Waits for the call's own flights and for those it joined, but no longer than to the soft deadline once every key has a stale value.</summary>
    private async ValueTask WaitForManyAsync<T>(
        FlightBatch batch, Task flying, List<BatchSeat<T>> open, List<BatchSeat<T>> joined, EntryPolicy policy, bool isBlocking, CancellationToken cancellationToken)
    {
        Task own = batch.Expired is { } expired ? Task.WhenAny(flying, expired) : flying;
        Task ended = joined.Count == 0 ? own : Task.WhenAll([own, .. joined.Select(static seat => seat.Flight.CompletionUnderLock!.Task)]);
        if (policy.SoftDeadline is { } soft)
        {
            await TierCall.WaitAsync(ended, soft, _time, isBlocking, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!ended.IsCompleted && open.TrueForAll(static seat => seat.Flight.HasLanded || seat.MayBeStale))
                return;
        }

        // Flights that were joined may have a later deadline, or none.
        TimeSpan left = policy.HardDeadline is { } hard ? hard - (policy.SoftDeadline ?? TimeSpan.Zero) : Timeout.InfiniteTimeSpan;
        await TierCall.WaitAsync(ended, left, _time, isBlocking, cancellationToken).ConfigureAwait(false);
        if (!ended.IsCompleted)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Answers the open seats with what has landed, and with stale values where the time is over. A seat stays open when the flight it joined brought nothing it can use.</summary>
    private async ValueTask TakeManyAsync<T, TLoad>(Task flying, List<BatchSeat<T>> open, TLoad load, EntryPolicy policy)
        where TLoad : struct, IManyLoad<T>
    {
        if (flying.IsCompleted)
            await flying.ConfigureAwait(false);
        foreach (BatchSeat<T> seat in open)
        {
            if (seat.Leads && seat.TryTakeLanded())
                continue;
            // What has landed without a value for this caller is about to say why.
            if (seat.Leads && seat.Flight is { HasLanded: true, HasExpired: false })
                await flying.ConfigureAwait(false);
            FlightResult landed;
            if (!seat.Leads && (seat.Flight.HasLanded || seat.Flight.CompletionUnderLock!.Task.IsCompleted))
                landed = await seat.Flight.CompletionUnderLock!.Task.ConfigureAwait(false);
            else if (seat.MayBeStale)
                landed = StaleOf(seat.Flight);
            else
                throw FlightErrors.TimedOut(seat.Flight.Key.Length, policy.HardDeadline ?? policy.SoftDeadline!.Value);
            if (TryTake(landed, load, seat.Doubts, out CacheResult<T> result))
                seat.Answer(result);
            else if (seat.Leads)
                throw FlightErrors.TimedOut(seat.Flight.Key.Length, policy.HardDeadline ?? policy.SoftDeadline!.Value);
        }

        if (!flying.IsCompleted)
            Observe(flying);
    }

    /// <summary>Lets the caller of a batch go; each of its flights goes on if somebody joined it.</summary>
    private void Leave(FlightBatch batch)
    {
        if (!batch.TryLeave())
            return;
        foreach (Flight flight in batch.Flights)
            _flights.Leave(flight);
    }

    /// <summary>How flights end that the caller no longer waits for is not its business, but somebody has to look at it.</summary>
    private static void Observe(Task flying) =>
        flying.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
