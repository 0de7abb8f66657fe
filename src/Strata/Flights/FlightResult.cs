namespace Strata.Flights;

/// <summary>What a flight brings those who joined it.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Payload">The bytes, which each of them reads for itself; <c>null</c> when there are none.</param>
/// <param name="FirstMatch">The place of the first invalidation during the flight that means it; see <see cref="Flight.DoubtsUnderLock"/>.</param>
/// <param name="Key">The flight's key.</param>
internal readonly record struct FlightResult(FlightOutcome Outcome, byte[]? Payload, int FirstMatch, byte[] Key);
