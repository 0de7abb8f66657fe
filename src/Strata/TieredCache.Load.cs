using System.Collections.Immutable;
using System.Buffers;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Invalidation;
using Strata.Payloads;
using Strata.Payloads.Compression;
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

    private void NoteNotKept(Flight flight, long valueBytes)
    {
        _counters.CountNotKept();
        if (valueBytes > _maxValueBytes)
            _telemetry.TooLong(flight.Key, valueBytes, _maxValueBytes);
        else if (!flight.IsOvertaken && !_isDisposed)
            _telemetry.NoSpace(flight.Key);
    }

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

    /// <summary>Reads the value that a refresh is to replace. After the flight was listed: who removes it from now on overtakes the flight, so that nobody is served what was removed before.</summary>
    private void NoteFormerOf(Flight flight, in EntryOptions options)
    {
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            EntryPolicy policy = PolicyOf(options);
            EntryState state = Look(flight.Key, payload, policy, out EntrySight sight);
            CountSecondRead(state);
            if (state is EntryState.Fresh or EntryState.Stale)
                NoteFormer(flight, payload.WrittenSpan, sight, policy);
        }
        finally
        {
            payload.Return();
        }
    }

    /// <summary>Renews a value in the background, unless a flight of its key is under way.</summary>
    private void StartRefresh<T, TLoad>(ReadOnlySpan<byte> key, TLoad load, EntryOptions options)
        where TLoad : struct, ILoad<T>
    {
        if (!_flights.TryStartRefresh(key, out Flight? flight))
            return;
        NoteFormerOf(flight, options);
        _counters.CountRefresh();
        Arm(flight, PolicyOf(options));
        _ = Task.Run(() => RefreshAsync<T, TLoad>(flight, load, options));
    }

    private async Task RefreshAsync<T, TLoad>(Flight flight, TLoad load, EntryOptions options)
        where TLoad : struct, ILoad<T>
    {
        // Nobody waits for it: it is no part of the load whose factory may have started it.
        FlightChain.Leave();
        try
        {
            await FlyAsync<T, TLoad>(flight, load, options, isBlocking: false).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Counted where it was thrown. The value there is serves on; the next try comes after the delay.
            Postpone(flight, PolicyOf(options));
        }
    }

    /// <summary>Publishes a flight's payload in memory, unless a writer of the key was there first.</summary>
    private bool Keep(Flight flight, ReadOnlySpan<byte> payload, in EntryOptions options, bool isNothing, int loadMs, bool isVersioned, out long version)
    {
        version = 0;
        if (payload.Length > _maxValueBytes)
        {
            DropKept(flight);
            return false;
        }

        try
        {
            if ((PolicyOf(options).Access & TierAccess.SkipMemoryWrite) != 0)
            {
                DropKept(flight);
                return !flight.IsOvertaken;
            }

            Span<byte> notes = stackalloc byte[EntryNotes.MaxBytes];
            using KeptPayload kept = Compressed(payload, options, isShared: isVersioned);
            WriteOptions write = Compose(options, isNothing, loadMs, flight.Sequence, flight.TagBytes, notes, kept.IsCompressed);
            write = write with { Versioned = write.Versioned || isVersioned };
            while (_flights.TryResolve(flight))
            {
                // Refused for a doubt, it is resolved and tried again: once, for the tags are known now.
                bool isKept = _memory.Set(flight.Key, kept.Bytes, write, out version, flight.Fence);
                if (isKept || !flight.IsInDoubt)
                    return isKept;
            }

            return false;
        }
        catch (ObjectDisposedException)
        {
            // The cache went while the load was under way; those who wait get their value all the same.
            return false;
        }
    }

    /// <summary>Removes what memory still has of a key whose new value is not to be kept there.</summary>
    private void DropKept(Flight flight)
    {
        try
        {
            _memory.Remove(flight.Key, flight);
        }
        catch (ObjectDisposedException)
        {
            // It went with the cache.
        }
    }

    private EntryOptions LifeLeft(TierRead read, in EntryOptions options) => options with
    {
        Ttl = read.TimeToLive == Timeout.InfiniteTimeSpan || read.TimeToLive <= EntryOptions.MaxTtl ? read.TimeToLive : EntryOptions.MaxTtl,
        Tags = s_everyTag,
    };
}
