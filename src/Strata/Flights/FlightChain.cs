namespace Strata.Flights;

/// <summary>
/// The loads that the current flow of control is part of, innermost first. It follows the flow through awaits and threads, so that a load that would wait for itself is
/// told so instead of hanging. Touched on the way of a load only, never on a hit.
/// </summary>
internal sealed class FlightChain
{
    private static readonly AsyncLocal<FlightChain?> s_current = new();
    private static readonly Lock s_gate = new();

    private readonly Flight _flight;
    private readonly FlightChain? _outer;

    private FlightChain(Flight flight, FlightChain? outer)
    {
        _flight = flight;
        _outer = outer;
    }

    /// <summary>Makes the rest of the calling asynchronous method part of a flight.</summary>
    /// <returns>The flight that now waits for this one, to be given to <see cref="EndWait"/>; <c>null</c> when there is none.</returns>
    public static Flight? Enter(Flight flight)
    {
        FlightChain? outer = s_current.Value;
        s_current.Value = new FlightChain(flight, outer);
        Flight? waiter = Innermost(outer);
        if (waiter is not null)
        {
            lock (s_gate)
                (waiter.WaitsFor ??= []).Add(flight);
        }

        return waiter;
    }

    /// <summary>Makes the rest of the calling asynchronous method part of no flight.</summary>
    public static void Leave() => s_current.Value = null;

    /// <summary>Refuses a key whose load the current flow is part of.</summary>
    /// <exception cref="InvalidOperationException">It is.</exception>
    public static void ThrowIfLoading(FlightStripe stripe, ReadOnlySpan<byte> key)
    {
        for (FlightChain? link = s_current.Value; link is not null; link = link._outer)
        {
            if (link._flight.Stripe == stripe && !link._flight.HasLanded && key.SequenceEqual(link._flight.Key))
                throw WouldWaitForItself(key.Length);
        }
    }

    /// <summary>Notes that the current flow is about to wait for a flight that another flow leads.</summary>
    /// <returns>The flight that waits, to be given to <see cref="EndWait"/>; <c>null</c> when the flow is part of none.</returns>
    /// <exception cref="InvalidOperationException">That flight waits, directly or not, for a load that the current flow is part of.</exception>
    public static Flight? BeginWait(Flight target)
    {
        FlightChain? chain = s_current.Value;
        Flight? waiter = Innermost(chain);
        if (waiter is null)
            return null;
        lock (s_gate)
        {
            if (Reaches(target, chain, []))
                throw WouldWaitForItself(target.Key.Length);
            (waiter.WaitsFor ??= []).Add(target);
        }

        return waiter;
    }

    /// <summary>Takes back what <see cref="Enter"/> or <see cref="BeginWait"/> noted.</summary>
    public static void EndWait(Flight? waiter, Flight target)
    {
        if (waiter is null)
            return;
        lock (s_gate)
            waiter.WaitsFor!.Remove(target);
    }

    private static Flight? Innermost(FlightChain? link)
    {
        while (link is not null && link._flight.HasLanded)
            link = link._outer;
        return link?._flight;
    }

    private static bool Reaches(Flight from, FlightChain? chain, HashSet<Flight> seen)
    {
        if (!seen.Add(from))
            return false;
        for (FlightChain? link = chain; link is not null; link = link._outer)
        {
            if (link._flight == from && !from.HasLanded)
                return true;
        }

        foreach (Flight next in from.WaitsFor ?? [])
        {
            if (Reaches(next, chain, seen))
                return true;
        }

        return false;
    }

    private static InvalidOperationException WouldWaitForItself(int keyBytes) =>
        new($"A factory asked for the key (of {keyBytes} bytes) that it is loading itself, directly or by way of other loads; it would wait for its own end.");
}
