namespace Strata.Flights;

/// <summary>What others may wait for: one flight, or the flights of one call.</summary>
internal abstract class FlightNode
{
    /// <summary>Whether it is over. Read anywhere.</summary>
    public bool HasLanded
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Its turn, while loads are limited; <c>null</c> before and without a limit.</summary>
    public LoadSlot? Slot
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>What must land before this can, as far as is known. Guarded by the gate of <see cref="FlightChain"/>.</summary>
    public List<FlightNode>? WaitsFor { get; set; }
}
