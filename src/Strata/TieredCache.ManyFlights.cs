using Strata.Entries;
using Strata.Flights;
using Strata.Invalidation;
using Strata.Payloads;
using Strata.Telemetry;
using Strata.Tiers;

namespace Strata;

/// <summary>The flights of one call for many keys: memory once more, each tier behind once, the factory once. Each flight lands by itself.</summary>
public sealed partial class TieredCache
{
    private async ValueTask<bool> FlyManyAsync<T, TLoad>(FlightBatch batch, List<BatchSeat<T>> seats, TLoad load, EntryOptions options, bool isBlocking)
        where TLoad : struct, IManyLoad<T>
    {
        FlightNode? waiter = FlightChain.Enter(batch);
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            List<BatchSeat<T>> open = seats;
            foreach (BatchSeat<T> seat in seats)
                Begin(seat.Flight);
            if (!seats[0].Flight.IsRefresh)
            {
                if (ReadsMemory(options))
                    open = open.FindAll(seat => !TryLandFromMemory(batch, seat, load, payload, options));
                if ((PolicyOf(options).Access & TierAccess.SkipTierRead) == 0)
                    open = await FindManyBehindAsync(batch, open, load, payload, options, isBlocking).ConfigureAwait(false);
            }

            if (TLoad.Kind == FlightKind.Lookup)
            {
                foreach (BatchSeat<T> seat in open)
                    Land(seat, default, FlightOutcome.Empty, default);
            }
            else if (open.Count > 0)
            {
                await LoadManyAsync(batch, open, load, payload, options, isBlocking).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception exception)
        {
            foreach (BatchSeat<T> seat in seats)
            {
                if (!seat.Flight.HasLanded)
                    _flights.Fail(seat.Flight, exception);
            }

            throw;
        }
        finally
        {
            batch.HasLanded = true;
            batch.Deadline?.Dispose();
            FlightChain.EndWait(waiter, batch);
            payload.Return();
        }
    }

    private void Land<T>(BatchSeat<T> seat, CacheResult<T> result, FlightOutcome outcome, ReadOnlySpan<byte> payload)
    {
        seat.Land(result);
        _flights.Land(seat.Flight, outcome, payload);
    }

    private bool TryLandFromMemory<T, TLoad>(FlightBatch batch, BatchSeat<T> seat, TLoad load, PayloadBuffer payload, in EntryOptions options)
        where TLoad : struct, IManyLoad<T>
    {
        if (!TryRecheck(seat.Flight, load, payload, options, out CacheResult<T> kept))
            return false;
        Land(seat, kept, kept.IsNothing ? FlightOutcome.Nothing : FlightOutcome.Kept, payload.WrittenSpan);
        batch.LetGo(seat.Flight);
        return true;
    }

    /// <summary>Asks each tier once for all keys that are still open, and brings forward what it has.</summary>
    /// <returns>What no tier has.</returns>
    private async ValueTask<List<BatchSeat<T>>> FindManyBehindAsync<T, TLoad>(FlightBatch batch, List<BatchSeat<T>> open, TLoad load, PayloadBuffer payload, EntryOptions options, bool isBlocking)
        where TLoad : struct, IManyLoad<T>
    {
        for (int i = 0; i < _tiers.Length && open.Count > 0; i++)
        {
            if (!Reads(_tiers[i], options))
            {
                open.ForEach(static seat => seat.Flight.IsMissedBehind = false);
                continue;
            }

            TierRead[] reads = await ReadManyAsync(_tiers[i], KeysOf(open), payload, isBlocking, batch.CancellationToken).ConfigureAwait(false);
            var missing = new List<BatchSeat<T>>();
            var found = new List<LoadedEntry>();
            int start = 0;
            for (int at = 0; at < open.Count; at++)
            {
                BatchSeat<T> seat = open[at];
                TierRead read = reads[at];
                ReadOnlyMemory<byte> bytes = payload.WrittenMemory.Slice(start, read.ValueBytes);
                start += read.ValueBytes;
                seat.Flight.IsMissedBehind = read.Status == TierReadStatus.Miss && (i == 0 || seat.Flight.IsMissedBehind);
                if (read.Status == TierReadStatus.Stale)
                    NoteStaleBehind<T, TLoad>(seat.Flight, load, read, bytes, options);
                if (read.Status != TierReadStatus.Hit || IsPassedOver(_tiers[i], seat.Flight) || !load.TryRead(new(bytes), out T? value))
                {
                    if (read.Status == TierReadStatus.Hit && !IsPassedOver(_tiers[i], seat.Flight))
                        _counters.CountTierUnreadable();
                    missing.Add(seat);
                    continue;
                }

                _counters.CountTierHit();
                _counters.CountLateHit();
                EntryOptions left = LifeLeft(read, options);
                seat.Flight.TagBytes = TagIds.ToBytes(left.Tags);
                Keep(seat.Flight, bytes.Span, left, isNothing: false, loadMs: 0, isVersioned: false, out _);
                seat.Land(new(value));
                found.Add(new(seat.Flight, bytes.ToArray(), left, WritesThrough: true));
            }

            await WriteThroughManyAsync(found, tierCount: i, isBlocking, batch.CancellationToken).ConfigureAwait(false);
            foreach (LoadedEntry entry in found)
            {
                _flights.Land(entry.Flight, FlightOutcome.Kept, entry.Payload);
                batch.LetGo(entry.Flight);
            }

            open = missing;
        }

        return open;
    }

    /// <summary>Calls the factory and keeps what it made; when it fails, the stale values stand in, as far as there are any.</summary>
    private async ValueTask LoadManyAsync<T, TLoad>(FlightBatch batch, List<BatchSeat<T>> open, TLoad load, PayloadBuffer payload, EntryOptions options, bool isBlocking)
        where TLoad : struct, IManyLoad<T>
    {
        EntryPolicy policy = PolicyOf(options);
        var context = new BatchLoadContext(options, open[0].Flight.IsRefresh, batch.CancellationToken);
        try
        {
            (CacheResult<T>[] results, TimeSpan elapsed) = await CallAsync(batch, open, load, context, isBlocking).ConfigureAwait(false);
            // The load is done in time: what follows is the tiers', whatever they take.
            batch.Deadline?.Dispose();
            int loadMs = (int)Math.Clamp(elapsed.TotalMilliseconds, 1, int.MaxValue);
            var written = new List<LoadedEntry>();
            var gone = new List<Flight>();
            bool[] isNothingKept = new bool[open.Count];
            for (int i = 0; i < open.Count; i++)
            {
                payload.Clear();
                if (results[i].IsHit)
                    load.Write(results[i].Value!, payload);
                EntryOptions kept = Adapted(open[i].Flight, payload.WrittenSpan, context.Options);
                bool isKept = KeepLoaded(open[i].Flight, payload, kept, isStored: context.IsKept, isNothing: !results[i].IsHit, loadMs);
                isNothingKept[i] = isKept && !results[i].IsHit;
                if (!context.IsKept || !results[i].IsHit || payload.LengthBytes > _maxValueBytes)
                    gone.Add(open[i].Flight);
                if (_tiers.Length == 0)
                    Land(open[i], results[i], payload.WrittenSpan);
                else
                    written.Add(new(open[i].Flight, payload.WrittenSpan.ToArray(), kept, isKept && results[i].IsHit));
            }

            await WriteThroughManyAsync(written, _tiers.Length, isBlocking, batch.CancellationToken).ConfigureAwait(false);
            await RemoveManyBehindAsync(gone, context.Options, isBlocking, batch.CancellationToken).ConfigureAwait(false);
            for (int i = 0; i < written.Count; i++)
                Land(open[i], results[i], written[i].Payload);
            for (int i = 0; i < open.Count; i++)
                _telemetry.Loaded(open[i].Flight, elapsed, isNothingKept: isNothingKept[i]);
        }
        catch (Exception exception)
        {
            _counters.CountLoadFailure();
            if (StandInForAll(open, load, policy, payload))
                return;
            if (batch.HasExpired && exception is OperationCanceledException)
                throw FlightErrors.TimedOut(open[0].Flight.Key.Length, policy.HardDeadline!.Value);
            throw;
        }
    }

    /// <summary>Runs the factory, when it is its turn.</summary>
    private async ValueTask<(CacheResult<T>[] Results, TimeSpan Elapsed)> CallAsync<T, TLoad>(FlightBatch batch, List<BatchSeat<T>> open, TLoad load, BatchLoadContext context, bool isBlocking)
        where TLoad : struct, IManyLoad<T>
    {
        await TakeTurnAsync(batch, context.CancellationToken, isBlocking).ConfigureAwait(false);
        try
        {
            _counters.CountLoad();
            LoadWatch watch = _telemetry.BeginLoad(open[0].Flight);
            try
            {
                CacheResult<T>[] results = await load.LoadManyAsync([.. open.Select(static seat => seat.Index)], context).ConfigureAwait(false);
                return (results, _telemetry.EndLoad(watch, isNothing: false));
            }
            catch (Exception exception)
            {
                _telemetry.LoadFailed(open[0].Flight, watch, exception);
                throw;
            }
        }
        finally
        {
            batch.Slot?.Release();
        }
    }

    /// <summary>Keeps one loaded value, or that there is none, in memory.</summary>
    /// <returns>Whether it goes to the tiers behind too.</returns>
    private bool KeepLoaded(Flight flight, PayloadBuffer payload, in EntryOptions options, bool isStored, bool isNothing, int loadMs)
    {
        flight.TagBytes = TagIds.ToBytes(options.Tags);
        if (!isStored || (isNothing && PolicyOf(options).NegativeTtl is null))
        {
            DropKept(flight);
            return false;
        }

        if (Keep(flight, payload.WrittenSpan, options, isNothing, loadMs, isVersioned: false, out _))
            return true;
        NoteNotKept(flight, payload.LengthBytes);
        return false;
    }

    /// <returns>Whether every flight that has not landed had a stale value to land with.</returns>
    private bool StandInForAll<T, TLoad>(List<BatchSeat<T>> open, TLoad load, EntryPolicy policy, PayloadBuffer payload)
        where TLoad : struct, IManyLoad<T>
    {
        bool isComplete = true;
        foreach (BatchSeat<T> seat in open)
        {
            if (seat.Flight.HasLanded)
                continue;
            bool standsIn = TryStandIn(seat.Flight, load, policy, payload, out CacheResult<T> standIn);
            isComplete &= standsIn;
            if (!standsIn)
                continue;
            Land(seat, standIn, FlightOutcome.Stale, payload.WrittenSpan);
            _telemetry.StaleServed(seat.Flight.Key);
        }

        return isComplete;
    }

    private void Land<T>(BatchSeat<T> seat, CacheResult<T> result, ReadOnlySpan<byte> payload) =>
        Land(seat, result.IsHit ? result : CacheResult<T>.Nothing, result.IsHit ? FlightOutcome.Loaded : FlightOutcome.Nothing, payload);

    /// <summary>Renews values in the background by one load, but for those whose keys have a flight already.</summary>
    private void StartRefresh<T, TLoad>(KeyBatch keys, List<int> refreshes, TLoad load, EntryOptions options)
        where TLoad : struct, IManyLoad<T>
    {
        EntryPolicy policy = PolicyOf(options);
        var batch = new FlightBatch(isCancellable: true, policy.HardDeadline is not null);
        var seats = new List<BatchSeat<T>>();
        foreach (int place in refreshes)
        {
            if (!_flights.TryStartRefresh(keys[place], out Flight? flight, batch))
                continue;
            NoteFormerOf(flight, options);
            batch.Add(flight);
            seats.Add(new BatchSeat<T>(place) { Flight = flight, Leads = true });
        }

        if (seats.Count == 0)
            return;
        _counters.CountRefresh();
        Arm(batch, policy);
        _ = Task.Run(() => RefreshManyAsync(batch, seats, load, options));
    }

    private async Task RefreshManyAsync<T, TLoad>(FlightBatch batch, List<BatchSeat<T>> seats, TLoad load, EntryOptions options)
        where TLoad : struct, IManyLoad<T>
    {
        // Nobody waits for it: it is no part of the load whose factory may have started it.
        FlightChain.Leave();
        try
        {
            await FlyManyAsync(batch, seats, load, options, isBlocking: false).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Counted where it was thrown. The values there are serve on; the next try comes after the delay.
            foreach (Flight flight in batch.Flights)
                Postpone(flight, PolicyOf(options));
        }
    }

    /// <summary>Sets the hard deadline of a batch.</summary>
    private void Arm(FlightBatch batch, EntryPolicy policy)
    {
        if (policy.HardDeadline is { } deadline && batch.Flights.Count > 0)
            batch.Deadline = _time.CreateTimer(static state => ((Action)state!)(), () => Expire(batch, policy), deadline, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The hard deadline of a batch: those who wait for what has not landed are let go, and their keys are free.</summary>
    private void Expire(FlightBatch batch, EntryPolicy policy)
    {
        bool isLate = false;
        foreach (Flight flight in batch.Flights)
        {
            if (!_flights.TryExpire(flight, policy.HardDeadline!.Value))
                continue;
            isLate = true;
            _telemetry.LoadTimedOut(flight, policy.HardDeadline.Value);
            if (flight.StalePayload is not null)
                Postpone(flight, policy);
        }

        if (!isLate)
            return;
        _counters.CountExpiredLoad();
        batch.Expire();
    }
}
