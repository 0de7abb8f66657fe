namespace Strata.Flights;

/// <summary>What a flight brings those who joined it.</summary>
/// <param name="Payload">The bytes, which each of them reads for itself; <c>null</c> when a lookup found nothing.</param>
/// <param name="WasKept">Whether a tier had them, so that no factory was called.</param>
internal readonly record struct FlightResult(byte[]? Payload, bool WasKept);
