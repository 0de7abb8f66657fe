using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;

namespace Strata;

/// <summary>Renewal of a value in the background, while the old one serves on.</summary>
public sealed partial class TieredCache
{
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
}
