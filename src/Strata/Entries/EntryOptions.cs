using Strata.Engine;

namespace Strata.Entries;

/// <summary>
/// How one entry is kept. The default value takes the cache's own settings. A <see cref="TimeSpan"/> converts to it, so
/// <c>cache.Set(key, value, TimeSpan.FromMinutes(5))</c> says all there is to say.
/// </summary>
public readonly record struct EntryOptions
{
    /// <summary>The longest time to live, about 34 years. What should never expire says so with <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static TimeSpan MaxTtl => WriteOptions.MaxTtl;

    /// <summary>
    /// The time to live, more than zero and at most <see cref="MaxTtl"/>, in whole milliseconds (less than one counts as one).
    /// <c>null</c>, the default: the cache's default. <see cref="Timeout.InfiniteTimeSpan"/>: until it is evicted or removed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative (other than infinite) or more than <see cref="MaxTtl"/>.</exception>
    public TimeSpan? Ttl
    {
        get;
        init
        {
            if (value is { } ttl)
                ThrowIfNotTtl(ttl, nameof(Ttl));
            field = value;
        }
    }

    /// <summary>Options with a time to live and nothing else.</summary>
    /// <param name="ttl">As for <see cref="Ttl"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Ttl"/>.</exception>
    public static implicit operator EntryOptions(TimeSpan ttl) => new() { Ttl = ttl };

    internal static void ThrowIfNotTtl(TimeSpan ttl, string name)
    {
        if (ttl == Timeout.InfiniteTimeSpan)
            return;
        if (ttl <= TimeSpan.Zero || ttl > MaxTtl)
            throw new ArgumentOutOfRangeException(name, ttl, $"{name} is {ttl}; it must be more than zero and at most {MaxTtl}, or Timeout.InfiniteTimeSpan for an entry that does not expire.");
    }
}
