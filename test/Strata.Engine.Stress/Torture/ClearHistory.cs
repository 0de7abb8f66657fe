using System.Collections.Immutable;

namespace Strata.Engine.Stress.Torture;

/// <summary>The latest times everything was cleared: an event of every key. Thread-safe.</summary>
internal sealed class ClearHistory
{
    private const int MaxClears = 32;

    private ImmutableArray<HistoryEvent> _clears = [];

    public void Note(long start, long end)
    {
        var clear = new HistoryEvent(0, start) { EffectiveBy = end };
        ImmutableInterlocked.Update(ref _clears, static (clears, added) => (clears.Length == MaxClears ? clears.RemoveAt(0) : clears).Add(added), clear);
    }

    /// <summary>The first moment by which a clear certainly took effect after the event.</summary>
    public long FirstAfter(HistoryEvent old)
    {
        long moment = LogicalClock.Never;
        foreach (HistoryEvent clear in _clears)
        {
            if (clear.Follows(old))
                moment = Math.Min(moment, clear.EffectiveBy);
        }

        return moment;
    }
}
