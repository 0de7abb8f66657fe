using Strata.Engine;
using Strata.Flights;

namespace Strata.Tiers;

/// <summary>Finds the entry of a flight's key as long as no writer has overtaken the flight: it is then the one the flight found.</summary>
internal readonly struct IsOwn(Flight flight) : IEntryTest
{
    public bool Matches(in EntryView entry) => !flight.IsOvertaken;
}
