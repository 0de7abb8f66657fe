using Strata.Keys;

namespace Strata.Flights;

/// <summary>The flights whose keys share a lock.</summary>
internal sealed class FlightStripe
{
    private readonly Dictionary<byte[], Flight> _listed = new(KeyComparer.Instance);
    private readonly Dictionary<byte[], Flight>.AlternateLookup<ReadOnlySpan<byte>> _byKey;

    public FlightStripe() => _byKey = _listed.GetAlternateLookup<ReadOnlySpan<byte>>();

    public Lock Gate { get; } = new();

    public Flight? FindUnderLock(ReadOnlySpan<byte> key) => _byKey.TryGetValue(key, out Flight? flight) ? flight : null;

    public void ListUnderLock(Flight flight)
    {
        _listed.Add(flight.Key, flight);
        flight.IsListedUnderLock = true;
    }

    /// <summary>Takes the flight off the list; false when it is not on it.</summary>
    public bool UnlistUnderLock(Flight flight)
    {
        if (!flight.IsListedUnderLock)
            return false;
        flight.IsListedUnderLock = false;
        return _listed.Remove(flight.Key);
    }

    /// <summary>When the oldest flight began; <c>null</c> when none has.</summary>
    public long? OldestStartUnderLock()
    {
        long? oldest = null;
        foreach (Flight flight in _listed.Values)
            oldest = flight.Start < (oldest ?? long.MaxValue) ? flight.Start : oldest;
        return oldest;
    }

    public Flight[] AllUnderLock() => [.. _listed.Values];
}
