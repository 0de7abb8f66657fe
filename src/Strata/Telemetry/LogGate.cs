namespace Strata.Telemetry;

/// <summary>Lets the first message of a kind through, and then at most one a second; it counts the others.</summary>
internal sealed class LogGate(TimeProvider time)
{
    private const long Never = long.MinValue;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private long _last = Never;
    private long _leftOut;

    /// <summary>Asks to write a message.</summary>
    /// <param name="leftOut">How many were refused since the last one that was not.</param>
    public bool TryPass(out long leftOut)
    {
        long now = time.GetTimestamp();
        long last = Volatile.Read(ref _last);
        if ((last == Never || time.GetElapsedTime(last, now) >= s_pause) && Interlocked.CompareExchange(ref _last, now, last) == last)
        {
            leftOut = Interlocked.Exchange(ref _leftOut, 0);
            return true;
        }

        Interlocked.Increment(ref _leftOut);
        leftOut = 0;
        return false;
    }
}
