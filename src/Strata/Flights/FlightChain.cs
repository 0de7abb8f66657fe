namespace Strata.Flights;

/// <summary>
/// The loads that the current flow of control is part of, innermost first. It follows the flow through awaits and threads, so that a load that would wait for itself is
/// told so instead of hanging. Touched on the way of a load only, never on a hit.
/// </summary>
internal sealed class FlightChain
{
    private static readonly AsyncLocal<FlightChain?> s_current = new();
    private static readonly Lock s_gate = new();

    private readonly FlightNode _node;
    private readonly FlightChain? _outer;

    private FlightChain(FlightNode node, FlightChain? outer)
    {
        _node = node;
        _outer = outer;
    }

    /// <summary>Makes the rest of the calling asynchronous method part of a flight, or of the flights of a batch.</summary>
    /// <returns>What now waits for it, to be given to <see cref="EndWait"/>; <c>null</c> when nothing does.</returns>
    public static FlightNode? Enter(FlightNode node)
    {
        FlightChain? outer = s_current.Value;
        s_current.Value = new FlightChain(node, outer);
        FlightNode? waiter = Innermost(outer);
        if (waiter is not null)
        {
            lock (s_gate)
                (waiter.WaitsFor ??= []).Add(node);
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
            Flight? flight = link._node is FlightBatch batch ? batch.Find(key) : (Flight)link._node;
            if (flight is not null && flight.Stripe == stripe && !flight.HasLanded && key.SequenceEqual(flight.Key))
                throw WouldWaitForItself(key.Length);
        }
    }

    /// <summary>Notes that the current flow is about to wait for a flight that another flow leads.</summary>
    /// <returns>What waits, to be given to <see cref="EndWait"/>; <c>null</c> when the flow is part of no flight.</returns>
    /// <exception cref="InvalidOperationException">That flight waits, directly or not, for a load that the current flow is part of.</exception>
    public static FlightNode? BeginWait(Flight target)
    {
        FlightChain? chain = s_current.Value;
        FlightNode? waiter = Innermost(chain);
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

    /// <summary>Whether a load that the current flow is part of has its turn among the loads that these slots limit.</summary>
    public static bool HoldsSlotOf(SemaphoreSlim slots)
    {
        for (FlightChain? link = s_current.Value; link is not null; link = link._outer)
        {
            if (link._node.Slot is { } slot && slot.IsHeldOf(slots))
                return true;
        }

        return false;
    }

    /// <summary>Gives the turns of the loads back that the current flow is part of: it is about to wait for a load that may be waiting for one.</summary>
    public static void ReleaseSlots()
    {
        for (FlightChain? link = s_current.Value; link is not null; link = link._outer)
            link._node.Slot?.Release();
    }

    /// <summary>Takes back what <see cref="Enter"/> or <see cref="BeginWait"/> noted.</summary>
    public static void EndWait(FlightNode? waiter, FlightNode target)
    {
        if (waiter is null)
            return;
        lock (s_gate)
            waiter.WaitsFor!.Remove(target);
    }

    private static FlightNode? Innermost(FlightChain? link)
    {
        while (link is not null && link._node.HasLanded)
            link = link._outer;
        return link?._node;
    }

    private static bool Reaches(FlightNode from, FlightChain? chain, HashSet<FlightNode> seen)
    {
        // What has landed waits for nothing, and nothing for it.
        if (from.HasLanded || !seen.Add(from))
            return false;
        for (FlightChain? link = chain; link is not null; link = link._outer)
        {
            if (link._node == from)
                return true;
        }

        // A flight of a batch waits for what the batch waits for.
        if (from is Flight { Batch: { } batch })
            return Reaches(batch, chain, seen);
        foreach (FlightNode next in from.WaitsFor ?? [])
        {
            if (Reaches(next, chain, seen))
                return true;
        }

        return false;
    }

    private static InvalidOperationException WouldWaitForItself(int keyBytes) =>
        new($"A factory asked for the key (of {keyBytes} bytes) that it is loading itself, directly or by way of other loads; it would wait for its own end.");
}
