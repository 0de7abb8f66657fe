namespace Strata.Tiers;

/// <summary>
/// Hybrid logical timestamps (Kulkarni, Demirbas, Madappa, Avva, Leone, "Logical Physical Clocks", 2014): milliseconds of the wall clock in the upper 48 bits, a count below. Each is higher than all that this
/// clock gave or saw before, so that what is written after something was read is newer than it, whatever the clocks of the nodes say.
/// </summary>
/// <remarks>Safe for any number of threads; one interlocked operation a timestamp.</remarks>
public sealed class HybridClock
{
    private readonly TimeProvider _time;

    /// <summary>How many of the lower bits of a timestamp count within its millisecond.</summary>
    public const int CountBits = 16;

    /// <summary>What is further ahead of our clock is not believed: one broken clock, or one forged timestamp, must not drag all nodes into the future.</summary>
    private static readonly long MaxAheadMs = (long)TimeSpan.FromMinutes(10).TotalMilliseconds;

    private long _last;

    /// <summary>Makes a clock that has given and seen nothing yet.</summary>
    /// <param name="timeProvider">The wall clock.</param>
    public HybridClock(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _time = timeProvider;
    }

    /// <summary>Gives a timestamp, positive and higher than all before.</summary>
    public long Next()
    {
        long wall = WallMs() << CountBits;
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long next = Math.Max(last + 1, wall);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return next;
        }
    }

    /// <summary>Takes note of a timestamp that came from elsewhere. One that is more than ten minutes ahead of the wall clock is not believed.</summary>
    /// <param name="timestamp">The timestamp.</param>
    public void Observe(long timestamp)
    {
        if (timestamp >> CountBits > WallMs() + MaxAheadMs)
            return;
        long last = Volatile.Read(ref _last);
        while (timestamp > last)
        {
            long found = Interlocked.CompareExchange(ref _last, timestamp, last);
            if (found == last)
                return;
            last = found;
        }
    }

    private long WallMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
