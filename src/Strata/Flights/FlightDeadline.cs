using Strata.Entries;

namespace Strata.Flights;

/// <summary>What the timer of a hard deadline needs.</summary>
internal sealed class FlightDeadline(TieredCache cache, Flight flight, EntryPolicy policy)
{
    public void Pass() => cache.Expire(flight, policy);
}
