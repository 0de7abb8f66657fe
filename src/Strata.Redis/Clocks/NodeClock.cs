using Strata.Tiers;

namespace Strata.Redis.Clocks;

/// <summary>This node's monotonic clock, and where timestamps of its wall clock stand on it.</summary>
/// <remarks>
/// A wall clock may be set, so the distance between the two clocks changes. The largest distance met puts a timestamp at the earliest moment at which it can have been taken; a distance is forgotten when the wall clock
/// has gone on by <c>window</c> from the highest time that it can have shown with it; see DESIGN.md. Ticks are those of <see cref="TimeSpan"/>. Safe for any number of threads.
/// </remarks>
internal sealed class NodeClock
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly long _windowTicks;

    // The last comparison.
    private long _now;
    private long _distance = long.MinValue;

    // The largest distance of this stretch of time and of the one before it, and the highest wall time shown in each.
    private long _largest = long.MinValue;
    private long _highest = long.MinValue;
    private long _formerLargest = long.MinValue;
    private long _formerHighest;

    public NodeClock(TimeProvider time, TimeSpan window)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _windowTicks = window.Ticks;
        _formerHighest = time.GetUtcNow().UtcTicks;
        Observe();
    }

    /// <summary>The monotonic clock.</summary>
    public long Now => _time.GetElapsedTime(_origin).Ticks;

    /// <summary>Compares the two clocks; to be called now and then.</summary>
    public void Observe() => Observe(0, out _);

    /// <summary>The earliest moment at which a timestamp can have been taken, if that is not longer ago than the window. There is none for a timestamp ahead of the wall clock, which was set back meanwhile.</summary>
    public bool TryGetStart(long timestamp, out long start)
    {
        long taken = DateTime.UnixEpoch.Ticks + (timestamp >> HybridClock.CountBits) * TimeSpan.TicksPerMillisecond;
        start = taken - Observe(taken, out long wall);
        return taken <= wall;
    }

    /// <returns>The largest distance with which the wall clock can have shown a time.</returns>
    private long Observe(long taken, out long wall)
    {
        // In this order: a pause between the two makes the distance larger, and a start earlier.
        long now = Now;
        wall = _time.GetUtcNow().UtcTicks;
        long distance = wall - now;
        lock (_gate)
        {
            // With the former distance it may have gone on until now.
            _highest = Math.Max(_highest, Math.Max(now, _now) + Math.Max(distance, _distance));
            _largest = Math.Max(_largest, distance);
            if (now >= _now)
                (_now, _distance) = (now, distance);
            if (wall > _formerHighest + _windowTicks)
            {
                (_formerLargest, _formerHighest) = (_largest, _highest);
                (_largest, _highest) = (distance, wall);
            }

            return taken <= _formerHighest ? Math.Max(_largest, _formerLargest) : _largest;
        }
    }
}
