using Strata.Keys;

namespace Strata.Flights;

/// <content>Callers that need a lookup of their own kept.</content>
internal sealed partial class FlightTable
{
    /// <summary>Overtakes the load of a key, so that a lookup after it is listed. Lookups stay, for callers that overtook each other's would go on for ever.</summary>
    /// <returns>What a writer must wait for before it writes to the tiers behind; <c>null</c> for nothing.</returns>
    public Task? OvertakeLoad(ReadOnlySpan<byte> key)
    {
        FlightStripe stripe = _stripes[KeyFingerprint.Compute(key) % StripeCount];
        lock (stripe.Gate)
        {
            if (stripe.FindUnderLock(key) is not { Kind: FlightKind.Load } flight)
                return null;
            flight.Overtake();
            Unlist(flight);
            return flight.TierWritesUnderLock?.Task;
        }
    }
}
