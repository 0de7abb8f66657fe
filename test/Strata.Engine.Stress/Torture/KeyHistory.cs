namespace Strata.Engine.Stress.Torture;

/// <summary>
/// What was done to one key lately, in intervals, to judge what a read found: the value must have been the current one at some moment
/// of the read. Everything judged wrong is wrong; not everything wrong is noticed. Thread-safe.
/// </summary>
/// <remarks>
/// A value is out of date when another event certainly took effect after it and before the read began. A miss is never wrong by itself (an
/// entry may be dropped at any time), but what was missing must not come back: a miss is an event like a removal.
/// </remarks>
internal sealed class KeyHistory(ClearHistory clears)
{
    private const int MaxEvents = 64;
    private const int MaxMisses = 4;

    private readonly Lock _gate = new();
    private readonly List<HistoryEvent> _events = [];
    private readonly Queue<HistoryEvent> _misses = [];
    private long _lastSequence;
    private long _forgottenOutOfDateBy;

    /// <summary>Notes that a write or removal begins now; its <see cref="HistoryEvent.Sequence"/> goes into the value.</summary>
    public HistoryEvent Begin(LogicalClock clock)
    {
        lock (_gate)
        {
            var begun = new HistoryEvent(++_lastSequence, clock.Next());
            _events.Add(begun);
            if (_events.Count > MaxEvents)
                Forget();
            return begun;
        }
    }

    /// <summary>Notes that it has ended with an effect (a value stored, or the key removed).</summary>
    public void Complete(HistoryEvent begun, long end, long expiresBy = long.MaxValue)
    {
        lock (_gate)
        {
            begun.EffectiveBy = Math.Min(begun.EffectiveBy, end);
            begun.ExpiresBy = expiresBy;
        }
    }

    /// <summary>Notes that it has ended without an effect. Returns what is wrong with that, or null.</summary>
    public string? CompleteWithoutEffect(HistoryEvent begun)
    {
        lock (_gate)
        {
            begun.HadNoEffect = true;
            return begun.WasRead ? $"write {begun.Sequence} was read and then reported that it stored nothing" : null;
        }
    }

    /// <summary>Judges a read that found the value of a write. Returns what is wrong, or null.</summary>
    public string? JudgeHit(long sequence, long start, long end, long startTimestamp)
    {
        lock (_gate)
        {
            if (sequence <= 0 || sequence > _lastSequence)
                return $"found write {sequence}, which never began; the last one is {_lastSequence}";
            if (_events.Find(known => known.Sequence == sequence) is not { } found)
            {
                return start > _forgottenOutOfDateBy
                    ? $"found write {sequence}, out of date since moment {_forgottenOutOfDateBy} at the latest, in a read from {start} to {end}"
                    : null;
            }

            if (found.HadNoEffect)
                return $"found write {sequence}, which reported that it stored nothing";
            if (found.Start > end)
                return $"found write {sequence}, which began at moment {found.Start}, in a read that ended at {end}";
            if (startTimestamp > found.ExpiresBy)
                return $"found write {sequence} {startTimestamp - found.ExpiresBy} ticks after its time";
            long outOfDateBy = OutOfDateBy(found);
            if (outOfDateBy < start)
                return $"found write {sequence} (begun at moment {found.Start}, effective by {found.EffectiveBy}), out of date since {outOfDateBy} at the latest, in a read from {start} to {end}";
            found.WasRead = true;
            found.EffectiveBy = Math.Min(found.EffectiveBy, end);
            return null;
        }
    }

    /// <summary>Notes that a read found nothing.</summary>
    public void NoteMiss(long start, long end)
    {
        lock (_gate)
        {
            _misses.Enqueue(new HistoryEvent(0, start) { EffectiveBy = end });
            if (_misses.Count > MaxMisses)
                _misses.Dequeue();
        }
    }

    /// <summary>The first moment at which the event is certainly out of date.</summary>
    private long OutOfDateBy(HistoryEvent old)
    {
        long moment = clears.FirstAfter(old);
        foreach (HistoryEvent other in _events)
        {
            if (other.Follows(old))
                moment = Math.Min(moment, other.EffectiveBy);
        }

        foreach (HistoryEvent miss in _misses)
        {
            if (miss.Follows(old))
                moment = Math.Min(moment, miss.EffectiveBy);
        }

        return moment;
    }

    /// <summary>Drops what is certainly out of date, and remembers by when all of it was.</summary>
    private void Forget()
    {
        var forgotten = new HashSet<HistoryEvent>();
        foreach (HistoryEvent old in _events)
        {
            long outOfDateBy = old.HadNoEffect ? old.Start : OutOfDateBy(old);
            if (outOfDateBy == LogicalClock.Never)
                continue;
            _forgottenOutOfDateBy = Math.Max(_forgottenOutOfDateBy, outOfDateBy);
            forgotten.Add(old);
        }

        _events.RemoveAll(forgotten.Contains);
    }
}
