using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Payloads.Compression;

namespace Strata;

/// <summary>What becomes of a load's value in memory.</summary>
public sealed partial class TieredCache
{
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

    private void NoteNotKept(Flight flight, long valueBytes)
    {
        _counters.CountNotKept();
        if (valueBytes > _maxValueBytes)
            _telemetry.TooLong(flight.Key, valueBytes, _maxValueBytes);
        else if (!flight.IsOvertaken && !_isDisposed)
            _telemetry.NoSpace(flight.Key);
    }
}
