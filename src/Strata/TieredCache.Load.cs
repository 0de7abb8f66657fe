using System.Collections.Immutable;
using Strata.Entries;
using Strata.Flights;
using Strata.Invalidation;
using Strata.Payloads;
using Strata.Telemetry;
using Strata.Tiers;

namespace Strata;

/// <summary>The flight itself: memory once more, the tiers behind, the factory, and what becomes of its value.</summary>
public sealed partial class TieredCache
{
    private static readonly ImmutableArray<string> s_everyTag = [EntryOptions.EveryTag];

    /// <summary>The body of a flight, run by its leader, for callers that block and callers that await.</summary>
    private async ValueTask<CacheResult<T>> FlyAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options, bool isBlocking)
        where TLoad : struct, ILoad<T>
    {
        FlightNode? waiter = FlightChain.Enter(flight);
        Begin(flight);
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            TierAccess access = PolicyOf(options).Access;
            if (!flight.IsRefresh)
            {
                if (ReadsMemory(options) && TryRecheck(flight, load, payload, options, out CacheResult<T> kept))
                {
                    _flights.Land(flight, kept.IsNothing ? FlightOutcome.Nothing : FlightOutcome.Kept, payload.WrittenSpan);
                    return kept;
                }

                if ((access & TierAccess.SkipTierRead) == 0 && await FindBehindAsync<T, TLoad>(flight, load, payload, options, isBlocking).ConfigureAwait(false) is { IsHit: true } found)
                {
                    _flights.Land(flight, FlightOutcome.Kept, payload.WrittenSpan);
                    return found;
                }

                if (TLoad.Kind == FlightKind.Lookup)
                {
                    _flights.Land(flight, FlightOutcome.Empty, default);
                    return default;
                }
            }

            return LeaseOf(options) is { } lease
                ? await LoadInTurnAsync<T, TLoad>(flight, load, options, payload, lease, isBlocking).ConfigureAwait(false)
                : await LoadAsync<T, TLoad>(flight, load, options, payload, isBlocking).ConfigureAwait(false);
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

    /// <summary>Notes what the flight's value is newer than, before anything of it is read.</summary>
    private void Begin(Flight flight)
    {
        flight.Start = _time.GetTimestamp();
        flight.Sequence = _memory.Sequence;
        if (_tiers.Length > 0)
            flight.Timestamp = _clock.Next();
    }

    /// <summary>Looks into memory again: another flight may have landed between this call's miss and its own start. Notes a stale value for the load.</summary>
    private bool TryRecheck<T, TLoad>(Flight flight, TLoad load, PayloadBuffer payload, in EntryOptions options, out CacheResult<T> result)
        where TLoad : struct, ILoad<T>
    {
        result = default;
        EntryPolicy policy = PolicyOf(options);
        EntryState state = Look(flight.Key, payload, policy, out EntrySight sight);
        _counters.CountRecheck();
        if (state == EntryState.Nothing && !KnowsNothing<TLoad, T>(options))
        {
            _counters.CountUnserved();
            return false;
        }

        if (state == EntryState.Nothing)
        {
            payload.Clear();
            result = CacheResult<T>.Nothing;
            return true;
        }

        if (state == EntryState.Stale)
        {
            _counters.CountUnserved();
            if (load.TryRead(payload.WrittenSequence, out _))
                NoteFormer(flight, payload.WrittenSpan, sight, policy);
        }

        if (state != EntryState.Fresh)
            return false;
        if (load.TryRead(payload.WrittenSequence, out T? value))
        {
            result = new(value);
            return true;
        }

        _counters.CountUnreadable();
        _telemetry.Unreadable(_memory.Name);
        return false;
    }

    /// <summary>Asks the tiers behind, and brings what one of them has forward.</summary>
    private async ValueTask<CacheResult<T>> FindBehindAsync<T, TLoad>(Flight flight, TLoad load, PayloadBuffer payload, EntryOptions options, bool isBlocking)
        where TLoad : struct, ILoad<T>
    {
        bool isVersioned = _front is not null && load.MakesImmutable;
        flight.IsUnknownBehind = false;
        for (int i = 0; i < _tiers.Length; i++)
        {
            if (!Reads(_tiers[i], options))
            {
                flight.IsMissedBehind = false;
                continue;
            }

            if (IsPassedOver(_tiers[i], flight))
                continue;
            TierRead read = await ReadAsync(_tiers[i], flight.Key, payload, hasStale: flight.StalePayload is not null, isBlocking, flight.CancellationToken).ConfigureAwait(false);
            flight.IsMissedBehind = read.Status == TierReadStatus.Miss && (i == 0 || flight.IsMissedBehind);
            flight.IsUnknownBehind |= read.Status is TierReadStatus.Throttled or TierReadStatus.Faulted && (_tiers[i].Traits & TierTraits.Shared) != 0;
            if (read.Status == TierReadStatus.Stale)
                NoteStaleBehind<T, TLoad>(flight, load, read, payload.WrittenMemory, options);
            if (read.Status != TierReadStatus.Hit)
                continue;
            if (!load.TryRead(payload.WrittenSequence, out T? found))
            {
                _counters.CountTierUnreadable();
                _telemetry.Unreadable(_tiers[i].Name);
                continue;
            }

            _counters.CountTierHit();
            _counters.CountLateHit();
            EntryOptions left = LifeLeft(read, options);
            flight.TagBytes = TagIds.ToBytes(left.Tags);
            if (Keep(flight, payload.WrittenSpan, left, isNothing: false, loadMs: 0, isVersioned, out long version) && isVersioned)
                Share(flight.Key, version, found);
            await WriteThroughAsync(flight, payload, left, tierCount: i, isBlocking).ConfigureAwait(false);
            return new(found);
        }

        return default;
    }

    /// <summary>Calls the factory and keeps what it made; when it fails, the stale value stands in for it.</summary>
    private async ValueTask<CacheResult<T>> LoadAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options, PayloadBuffer payload, bool isBlocking)
        where TLoad : struct, ILoad<T>
    {
        EntryPolicy policy = PolicyOf(options);
        payload.Clear();
        payload.Expect(policy.SizeHintBytes);
        var context = new LoadContext(options, flight.IsRefresh, policy.NegativeTtl is not null, flight.CancellationToken);
        if (flight.StalePayload is { } stale)
            load.OfferStale(context, stale);
        T value;
        TimeSpan elapsed;
        LoadWatch watch = default;
        try
        {
            await TakeTurnAsync(flight, flight.CancellationToken, isBlocking).ConfigureAwait(false);
            try
            {
                _counters.CountLoad();
                watch = _telemetry.BeginLoad(flight);
                value = await load.LoadAsync(context, flight.Key.Length, payload).ConfigureAwait(false);
                elapsed = _telemetry.EndLoad(watch, context.IsNothing);
            }
            finally
            {
                flight.Slot?.Release();
            }
        }
        catch (Exception exception)
        {
            _counters.CountLoadFailure();
            _telemetry.LoadFailed(flight, watch, exception);
            if (!TryStandIn(flight, load, policy, payload, out CacheResult<T> standIn))
            {
                if (flight.HasExpired && exception is OperationCanceledException)
                    throw FlightErrors.TimedOut(flight.Key.Length, policy.HardDeadline!.Value);
                throw;
            }

            _flights.Land(flight, FlightOutcome.Stale, payload.WrittenSpan);
            _telemetry.StaleServed(flight.Key);
            return standIn;
        }

        // The load is done in time: what follows is the tiers', whatever they take.
        flight.Deadline?.Dispose();
        flight.TagBytes = TagIds.ToBytes(context.Options.Tags);
        if (context.IsNothing)
            payload.Clear();
        EntryOptions kept = Adapted(flight, payload.WrittenSpan, context.Options);
        bool isKept = false;
        if (!context.IsKept || (context.IsNothing && PolicyOf(context.Options).NegativeTtl is null))
            DropKept(flight);
        else if (!(isKept = Keep(flight, payload.WrittenSpan, kept, context.IsNothing, (int)Math.Clamp(elapsed.TotalMilliseconds, 1, int.MaxValue), _front is not null && load.MakesImmutable, out long version)))
            NoteNotKept(flight, payload.LengthBytes);
        else if (!context.IsNothing)
        {
            // What is said to be unchanged is what was kept before, not what the factory returned.
            if (load.MakesImmutable && !context.IsUnchanged)
                Share(flight.Key, version, value);
            await WriteThroughAsync(flight, payload, kept, _tiers.Length, isBlocking).ConfigureAwait(false);
        }

        if (context.IsNothing || !context.IsKept || payload.LengthBytes > _maxValueBytes)
            await RemoveBehindAsync(flight, context.Options, isBlocking).ConfigureAwait(false);
        _flights.Land(flight, context.IsNothing ? FlightOutcome.Nothing : FlightOutcome.Loaded, payload.WrittenSpan);
        _telemetry.Loaded(flight, elapsed, isNothingKept: context.IsNothing && isKept);
        return context.IsNothing ? CacheResult<T>.Nothing : new(value);
    }

    /// <summary>Waits until one more load may run. A load inside a load that has its turn needs none: it would wait for the one that waits for it.</summary>
    private async ValueTask TakeTurnAsync(FlightNode node, CancellationToken cancellationToken, bool isBlocking)
    {
        if (_loadSlots is null || FlightChain.HoldsSlotOf(_loadSlots))
            return;
        if (isBlocking)
            _loadSlots.Wait(cancellationToken);
        else
            await _loadSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        node.Slot = new LoadSlot(_loadSlots);
    }

    private EntryOptions LifeLeft(TierRead read, in EntryOptions options) => options with
    {
        Ttl = read.TimeToLive == Timeout.InfiniteTimeSpan || read.TimeToLive <= EntryOptions.MaxTtl ? read.TimeToLive : EntryOptions.MaxTtl,
        Tags = s_everyTag,
    };
}
