using Strata.Tiers;

namespace Strata.Redis.Clocks;

/// <summary>This node's monotonic clock, and where timestamps of its wall clock stand on it.</summary>
/// <remarks>
/// A wall clock may be set, so the distance between the two clocks changes. The largest distance met within the last <c>window</c> puts a timestamp at the earliest moment at which it can have been taken; see DESIGN.md.
/// Ticks are those of <see cref="TimeSpan"/>. Safe for any number of threads.
/// </remarks>
internal sealed class NodeClock
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly long _windowTicks;

    // Of the current half of the window, and of the one before it.
    private long _largest = long.MinValue;
    private long _formerLargest = long.MinValue;
    private long _turnsAt;

    public NodeClock(TimeProvider time, TimeSpan window)
    {
        _time = time;
        _origin = time.GetTimestamp();
        _windowTicks = window.Ticks;
        _turnsAt = _windowTicks;
        Observe();
    }

    /// <summary>The monotonic clock.</summary>
    public long Now => _time.GetElapsedTime(_origin).Ticks;

    /// <summary>Compares the two clocks; to be called now and then.</summary>
    public void Observe() => Observe(out _);

    /// <summary>The earliest moment at which a timestamp not older than the window can have been taken. There is none for a timestamp ahead of the wall clock, which was set back meanwhile.</summary>
    public bool TryGetStart(long timestamp, out long start)
    {
        long distance = Observe(out long wall);
        long taken = DateTime.UnixEpoch.Ticks + (timestamp >> HybridClock.CountBits) * TimeSpan.TicksPerMillisecond;
        start = taken - distance;
        return taken <= wall;
    }

    /// <returns>The largest distance within the window.</returns>
    private long Observe(out long wall)
    {
        // In this order: a pause between the two makes the distance larger, and a start earlier.
        long now = Now;
        wall = _time.GetUtcNow().UtcTicks;
        lock (_gate)
        {
            if (now >= _turnsAt)
            {
                _formerLargest = now - _turnsAt < _windowTicks ? _largest : long.MinValue;
                _largest = long.MinValue;
                _turnsAt = now + _windowTicks;
            }

            _largest = Math.Max(_largest, wall - now);
            return Math.Max(_largest, _formerLargest);
        }
    }
}
