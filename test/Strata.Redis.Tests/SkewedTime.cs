namespace Strata.Redis.Tests;

/// <summary>The machine's clocks, but for a wall clock that is set wrong.</summary>
internal sealed class SkewedTime(TimeSpan skew = default) : TimeProvider
{
    private long _skewTicks = skew.Ticks;

    /// <summary>How far the wall clock is ahead.</summary>
    public TimeSpan Skew
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _skewTicks));
        set => Volatile.Write(ref _skewTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Skew;
}
