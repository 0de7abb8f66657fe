using System.Diagnostics;

namespace Strata.Redis.Tests;

/// <summary>The machine's clocks, but for a wall clock that is set wrong, and a monotonic clock that loses time.</summary>
internal sealed class SkewedTime(TimeSpan skew = default) : TimeProvider
{
    private long _skewTicks = skew.Ticks;
    private long _lostTicks;

    /// <summary>How far the wall clock is ahead.</summary>
    public TimeSpan Skew
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _skewTicks));
        set => Volatile.Write(ref _skewTicks, value.Ticks);
    }

    /// <summary>What the monotonic clock has lost: to this node, the clocks of servers seem to be set forward.</summary>
    public TimeSpan Lost
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _lostTicks));
        set => Volatile.Write(ref _lostTicks, value.Ticks);
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Stopwatch.GetElapsedTime(0).Ticks - Lost.Ticks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Skew;
}
