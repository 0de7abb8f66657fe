namespace Strata.Tiers;

/// <summary>The result of a read: what was found and, for a value, its length and the life it has left.</summary>
/// <param name="Status">What was found.</param>
/// <param name="ValueBytes">The bytes written to the destination; 0 when no value was delivered.</param>
/// <param name="TimeToLive">The time left to live, more than zero; <see cref="Timeout.InfiniteTimeSpan"/> when the entry does not expire.</param>
public readonly record struct TierRead(TierReadStatus Status, int ValueBytes, TimeSpan TimeToLive)
{
    /// <summary>The result of a read that delivered no value.</summary>
    /// <param name="status">Why: a miss, throttled or faulted.</param>
    public static TierRead Nothing(TierReadStatus status) => new(status, 0, TimeSpan.Zero);

    /// <summary>The result of a read that delivered a live value.</summary>
    /// <param name="valueBytes">Its length.</param>
    /// <param name="timeToLive">The time it has left; infinite when it does not expire.</param>
    public static TierRead Hit(int valueBytes, TimeSpan timeToLive) => new(TierReadStatus.Hit, valueBytes, timeToLive);
}
