using System.Diagnostics.CodeAnalysis;
using Strata.Keys;

namespace Strata.Flights;

/// <content>Copies from a tier, which give way to everybody.</content>
internal sealed partial class FlightTable
{
    /// <summary>Starts a copy, unless the key has a flight or a writer is at work.</summary>
    /// <param name="key">The key; kept.</param>
    /// <param name="tagBytes">The ids of its tags, so that no invalidation leaves it in doubt.</param>
    /// <param name="flight">The copy, which the caller must land.</param>
    public bool TryStartCopy(byte[] key, byte[] tagBytes, [NotNullWhen(true)] out Flight? flight)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        FlightStripe stripe = _stripes[fingerprint % StripeCount];
        flight = null;
        lock (stripe.Gate)
        {
            if (stripe.FindUnderLock(key) is not null)
                return false;
            flight = new Flight(stripe, key, FlightKind.Copy, isCancellable: false) { TagBytes = tagBytes };
            stripe.ListUnderLock(flight);
            Interlocked.Increment(ref _listed);
        }

        OvertakeIfWriterIsAtWork(flight, fingerprint);
        if (!flight.IsOvertaken)
            return true;
        Land(flight, FlightOutcome.Empty, default);
        return false;
    }

    /// <summary>The flight of a key, but for a copy, which it ends: what its caller is about to do comes later.</summary>
    private Flight? FindOrOvertakeCopyUnderLock(FlightStripe stripe, ReadOnlySpan<byte> key)
    {
        if (stripe.FindUnderLock(key) is not { } flight)
            return null;
        if (flight.Kind != FlightKind.Copy)
            return flight;
        flight.Overtake();
        Unlist(flight);
        return null;
    }
}
