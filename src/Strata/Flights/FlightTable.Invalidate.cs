using Strata.Invalidation;

namespace Strata.Flights;

/// <content>Invalidations of many keys at once.</content>
internal sealed partial class FlightTable
{
    // The rules that are being applied to tiers behind. Replaced as a whole, under the gate.
    private readonly Lock _rulesGate = new();
    private InvalidationRule[] _rulesAtWork = [];

    /// <summary>Announces an invalidation that goes to tiers behind, as a writer does, and does what <see cref="Invalidate"/> does.</summary>
    public Task BeginInvalidation(InvalidationRule rule)
    {
        lock (_rulesGate)
            Volatile.Write(ref _rulesAtWork, [.. _rulesAtWork, rule]);
        return Invalidate(rule);
    }

    /// <summary>Signs an invalidation off.</summary>
    public void EndInvalidation(InvalidationRule rule)
    {
        Invalidate(rule);
        lock (_rulesGate)
        {
            int at = Array.FindIndex(_rulesAtWork, other => ReferenceEquals(other, rule));
            Volatile.Write(ref _rulesAtWork, [.. _rulesAtWork[..at], .. _rulesAtWork[(at + 1)..]]);
        }
    }

    /// <summary>Overtakes every flight that a rule means, and puts those in doubt whose tags are not known yet. To be called before the rule is in force.</summary>
    /// <returns>What must be waited for before the rule is applied to the tiers behind.</returns>
    public Task Invalidate(InvalidationRule rule)
    {
        // What the caller changed before is visible to a load whose flight is not seen here.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _listed) == 0)
            return Task.CompletedTask;
        List<Task>? pending = null;
        foreach (FlightStripe stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                foreach (Flight flight in stripe.AllUnderLock())
                {
                    if (!flight.MeetsUnderLock(rule))
                        continue;
                    flight.Overtake();
                    Unlist(flight);
                    if (flight.TierWritesUnderLock is { } writes)
                        (pending ??= []).Add(writes.Task);
                }
            }
        }

        return pending is null ? Task.CompletedTask : Task.WhenAll(pending);
    }

    /// <summary>Makes sure, once the tags of a flight are known, that no invalidation during it means it: else it is overtaken.</summary>
    /// <returns>Whether its value may be kept, as far as is known now; the fence says so to the end.</returns>
    public bool TryResolve(Flight flight)
    {
        if (!flight.IsInDoubt)
            return !flight.IsOvertaken;
        lock (flight.Stripe.Gate)
        {
            if (flight.TryResolveUnderLock())
                return true;
            flight.Overtake();
            Unlist(flight);
            return false;
        }
    }

    /// <summary>Has a flight that was just listed meet the rules that are being applied to tiers behind.</summary>
    private void MeetRulesAtWork(Flight flight)
    {
        foreach (InvalidationRule rule in Volatile.Read(ref _rulesAtWork))
        {
            lock (flight.Stripe.Gate)
            {
                if (flight.MeetsUnderLock(rule))
                    flight.Overtake();
            }
        }
    }
}
