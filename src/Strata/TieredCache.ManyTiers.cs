using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Calls to the tiers behind memory for many keys at once. What goes wrong there is counted; only the caller's own cancellation gets through.</summary>
public sealed partial class TieredCache
{
    private static ReadOnlyMemory<byte>[] KeysOf<T>(List<BatchSeat<T>> seats)
    {
        var keys = new ReadOnlyMemory<byte>[seats.Count];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = seats[i].Flight.Key;
        return keys;
    }

    /// <summary>Reads from one tier; the payload holds the values one behind the other.</summary>
    private async ValueTask<TierRead[]> ReadManyAsync(ICacheTier tier, ReadOnlyMemory<byte>[] keys, PayloadBuffer payload, bool isBlocking, CancellationToken cancellationToken)
    {
        var reads = new TierRead[keys.Length];
        payload.Clear();
        try
        {
            await TierCall.SettleAsync(tier.GetManyAsync(keys, reads, payload, cancellationToken), isBlocking).ConfigureAwait(false);
            long totalBytes = 0;
            foreach (ref TierRead read in reads.AsSpan())
            {
                read = Checked(read);
                if (read.Status is TierReadStatus.Throttled or TierReadStatus.Faulted)
                    _counters.CountTierFault();
                totalBytes = read.ValueBytes < 0 ? long.MaxValue : totalBytes + read.ValueBytes;
            }

            // Lengths that do not fit what was written belong to nobody.
            if (totalBytes <= payload.LengthBytes)
                return reads;
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            // Counted below.
        }

        _counters.CountTierFault();
        Array.Fill(reads, TierRead.Nothing(TierReadStatus.Faulted));
        return reads;
    }

    private async ValueTask<TierWriteStatus[]> WriteManyAsync(StackedTier tier, TierEntry[] entries, bool isBlocking, CancellationToken cancellationToken)
    {
        var statuses = new TierWriteStatus[entries.Length];
        int[] meant = [.. Enumerable.Range(0, entries.Length).Where(i => Writes(tier, entries[i].Options))];
        if (meant.Length < entries.Length)
        {
            TierWriteStatus[] some = meant.Length == 0 ? [] : await WriteManyAsync(tier, [.. meant.Select(i => entries[i])], isBlocking, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < meant.Length; i++)
                statuses[meant[i]] = some[i];
            return statuses;
        }

        try
        {
            await TierCall.SettleAsync(tier.SetManyAsync(entries, statuses, cancellationToken), isBlocking).ConfigureAwait(false);
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            Array.Fill(statuses, TierWriteStatus.Faulted);
        }

        return statuses;
    }

    private async ValueTask<TierWriteStatus[]> RemoveManyAsync(ICacheTier tier, ReadOnlyMemory<byte>[] keys, bool isBlocking, CancellationToken cancellationToken)
    {
        var statuses = new TierWriteStatus[keys.Length];
        try
        {
            await TierCall.SettleAsync(tier.RemoveManyAsync(keys, statuses, cancellationToken), isBlocking).ConfigureAwait(false);
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            Array.Fill(statuses, TierWriteStatus.Faulted);
        }

        return statuses;
    }

    /// <summary>Writes what flights brought to the first tiers, but for keys whose writers were there first. A writer that comes now waits for the end of it.</summary>
    private async ValueTask WriteThroughManyAsync(List<LoadedEntry> loaded, int tierCount, bool isBlocking, CancellationToken cancellationToken)
    {
        if (tierCount == 0 || loaded.Count == 0)
            return;
        List<LoadedEntry> begun = loaded.FindAll(entry => entry.WritesThrough && WritesBehind(entry.Options) && FlightTable.TryBeginTierWrites(entry.Flight));
        if (begun.Count == 0)
            return;
        try
        {
            TierEntry[] entries = [.. begun.Select(entry => new TierEntry(entry.Flight.Key, new(entry.Payload), ForTiers(AsOf(entry.Flight, entry.Options))))];
            for (int i = 0; i < tierCount; i++)
            {
                TierWriteStatus[] statuses = await WriteManyAsync(_tiers[i], entries, isBlocking, cancellationToken).ConfigureAwait(false);
                for (int at = 0; at < statuses.Length; at++)
                    NoteWritten(begun[at].Flight, statuses[at]);
            }
        }
        finally
        {
            foreach (LoadedEntry entry in begun)
                FlightTable.EndTierWrites(entry.Flight);
        }
    }

    /// <summary>Removes from the tiers what a load has found to be no more, or not to be kept, but for keys whose writers were there first. A writer that comes now waits for the end of it.</summary>
    private async ValueTask RemoveManyBehindAsync(List<Flight> gone, EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
    {
        if (gone.Count == 0 || !WritesBehind(options))
            return;
        List<Flight> begun = gone.FindAll(static flight => !flight.IsMissedBehind && FlightTable.TryBeginTierWrites(flight));
        if (begun.Count == 0)
            return;
        try
        {
            ReadOnlyMemory<byte>[] keys = [.. begun.Select(static flight => new ReadOnlyMemory<byte>(flight.Key))];
            foreach (StackedTier tier in _tiers)
            {
                foreach (TierWriteStatus status in await RemoveManyAsync(tier, keys, isBlocking, cancellationToken).ConfigureAwait(false))
                    Took(status);
            }
        }
        finally
        {
            foreach (Flight flight in begun)
                FlightTable.EndTierWrites(flight);
        }
    }
}
