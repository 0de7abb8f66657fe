namespace Strata.Flights;

/// <summary>How far a flight goes.</summary>
internal enum FlightKind
{
    /// <summary>It asks the tiers and ends there.</summary>
    Lookup,

    /// <summary>It asks the tiers, then the factory.</summary>
    Load,

    /// <summary>It copies what a tier has, with nobody waiting for it. Nobody joins it; whoever wants its key overtakes it.</summary>
    Copy,
}
