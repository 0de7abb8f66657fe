namespace Strata.Engine.Stress.Torture;

/// <summary>Numbers moments. Taking a number is a full fence: what is done before it is seen by whoever takes a later one.</summary>
internal sealed class LogicalClock
{
    /// <summary>Later than every moment.</summary>
    public const long Never = long.MaxValue;

    private long _now;

    public long Next() => Interlocked.Increment(ref _now);
}
