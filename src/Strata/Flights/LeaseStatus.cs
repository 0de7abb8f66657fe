namespace Strata.Flights;

/// <summary>What asking for a lease brought.</summary>
public enum LeaseStatus
{
    /// <summary>The caller has it until it gives it back or the time is over.</summary>
    Acquired = 0,

    /// <summary>Somebody else has it.</summary>
    Held = 1,

    /// <summary>The place that keeps the leases failed to answer.</summary>
    Faulted = 2,
}
