namespace Strata.Flights;

/// <summary>What a blocked leader's token needs to let it go.</summary>
internal sealed class Leaver(FlightTable flights, Flight flight)
{
    public void Leave() => flights.Leave(flight);
}
