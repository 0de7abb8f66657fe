namespace Strata.Flights;

/// <summary>How far a flight goes.</summary>
internal enum FlightKind
{
    /// <summary>It asks the tiers and ends there.</summary>
    Lookup,

    /// <summary>It asks the tiers, then the factory.</summary>
    Load,
}
