using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Calls to the tiers behind memory. What goes wrong there is counted; only the caller's own cancellation gets through.</summary>
public sealed partial class TieredCache
{
    /// <summary>Reads from one tier; the payload holds a value when the status is a hit.</summary>
    private async ValueTask<TierRead> ReadAsync(StackedTier tier, byte[] key, PayloadBuffer payload, bool hasStale, bool isBlocking, CancellationToken cancellationToken)
    {
        payload.Clear();
        try
        {
            TierRead read = await TierCall.SettleAsync(hasStale ? tier.GetSoonAsync(key, payload, cancellationToken) : tier.GetAsync(key, payload, cancellationToken), isBlocking).ConfigureAwait(false);
            read = Checked(read);
            if (read.Status is TierReadStatus.Throttled or TierReadStatus.Faulted)
                _counters.CountTierFault();
            return read;
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            _counters.CountTierFault();
            return TierRead.Nothing(TierReadStatus.Faulted);
        }
    }

    private async ValueTask<TierWriteStatus> WriteAsync(StackedTier tier, byte[] key, PayloadBuffer payload, EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
    {
        if (!Writes(tier, options))
            return TierWriteStatus.Done;
        options = ForTiers(options);
        try
        {
            return await TierCall.SettleAsync(tier.SetAsync(key, payload.WrittenSequence, options, cancellationToken), isBlocking).ConfigureAwait(false);
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            return TierWriteStatus.Faulted;
        }
    }

    private async ValueTask<bool> RemoveAsync(ICacheTier tier, byte[] key, bool isBlocking, CancellationToken cancellationToken)
    {
        try
        {
            return Took(await TierCall.SettleAsync(tier.RemoveAsync(key, cancellationToken), isBlocking).ConfigureAwait(false));
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            _counters.CountTierFault();
            return false;
        }
    }

    private async ValueTask<bool> ClearAsync(ICacheTier tier, bool isBlocking, CancellationToken cancellationToken)
    {
        try
        {
            return Took(await TierCall.SettleAsync(tier.ClearAsync(cancellationToken), isBlocking).ConfigureAwait(false));
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            _counters.CountTierFault();
            return false;
        }
    }

    private async ValueTask<bool> MarkStaleAsync(ICacheTier tier)
    {
        try
        {
            return Took(await tier.MarkStaleAsync().ConfigureAwait(false));
        }
        catch (Exception)
        {
            _counters.CountTierFault();
            return false;
        }
    }

    /// <summary>Writes a flight's payload to the first tiers, unless a writer of the key was there first. A writer that comes now waits for it.</summary>
    private async ValueTask WriteThroughAsync(Flight flight, PayloadBuffer payload, EntryOptions options, int tierCount, bool isBlocking)
    {
        if (tierCount == 0 || !WritesBehind(options) || !FlightTable.TryBeginTierWrites(flight))
            return;
        try
        {
            for (int i = 0; i < tierCount; i++)
                NoteWritten(flight, await WriteAsync(_tiers[i], flight.Key, payload, AsOf(flight, options), isBlocking, flight.CancellationToken).ConfigureAwait(false));
        }
        finally
        {
            FlightTable.EndTierWrites(flight);
        }
    }

    /// <summary>Removes from the tiers what a load has found to be no more, or not to be kept, unless a writer of the key was there first. A writer that comes now waits for it.</summary>
    private async ValueTask RemoveBehindAsync(Flight flight, EntryOptions options, bool isBlocking)
    {
        if (flight.IsMissedBehind || !WritesBehind(options) || !FlightTable.TryBeginTierWrites(flight))
            return;
        try
        {
            foreach (StackedTier tier in _tiers)
                await RemoveAsync(tier, flight.Key, isBlocking, flight.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            FlightTable.EndTierWrites(flight);
        }
    }

    /// <summary>Says that a value is as old as the flight that brought it.</summary>
    private static EntryOptions AsOf(Flight flight, in EntryOptions options) => options.Timestamp == 0 ? options with { Timestamp = flight.Timestamp } : options;

    /// <summary>What a tier knows to be superseded, memory does not keep either.</summary>
    private void NoteWritten(Flight flight, TierWriteStatus status)
    {
        if (status == TierWriteStatus.Superseded)
        {
            DropKept(flight);
            _counters.CountNotKept();
            _counters.CountSuperseded();
        }
        else
        {
            Took(status);
        }
    }

    /// <summary>Whether a tier took what a caller wrote. What it knows to be superseded, by the time that the caller named, memory does not keep either.</summary>
    private bool Took(TierWriteStatus status, ReadOnlySpan<byte> key)
    {
        if (status != TierWriteStatus.Superseded)
            return Took(status);
        _memory.Remove(key);
        return false;
    }

    /// <summary>Notes a stale value that a tier had for the load that follows, unless memory or a tier before had one.</summary>
    private void NoteStaleBehind<T, TLoad>(Flight flight, TLoad load, TierRead read, ReadOnlyMemory<byte> stale, in EntryOptions options)
        where TLoad : struct, ILoad<T>
    {
        if (TLoad.Kind != FlightKind.Load || PolicyOf(options).StaleGrace is not { } grace || flight.StalePayload is not null || !load.TryRead(new(stale), out _))
            return;
        TimeSpan left = read.TimeToLive == Timeout.InfiniteTimeSpan || read.TimeToLive > grace ? grace : read.TimeToLive;
        flight.OfferStale(new StalePayload(stale.ToArray(), (long)left.TotalMilliseconds, _time));
    }

    /// <summary>A hit without any time left is no answer. The length stays, for those that follow in a batch.</summary>
    private static TierRead Checked(TierRead read) =>
        read.Status == TierReadStatus.Hit && read.TimeToLive <= TimeSpan.Zero && read.TimeToLive != Timeout.InfiniteTimeSpan ? read with { Status = TierReadStatus.Faulted } : read;

    private bool Took(TierWriteStatus status)
    {
        if (status is not (TierWriteStatus.Done or TierWriteStatus.NotFound))
            _counters.CountTierFault();
        return status == TierWriteStatus.Done;
    }

    private static bool IsCancellation(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && cancellationToken.IsCancellationRequested;
}
