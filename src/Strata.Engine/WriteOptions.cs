namespace Strata.Engine;

/// <summary>How one entry is written. The default value takes the store's defaults and pays for no optional word.</summary>
public readonly struct WriteOptions
{
    /// <summary>The longest time to live, about 34 years; longer ones are refused.</summary>
    public static readonly TimeSpan MaxTtl = TimeSpan.FromMilliseconds(1L << 40);

    /// <summary>
    /// The time to live, from 1 ms to <see cref="MaxTtl"/>, rounded down to whole milliseconds but never below one.
    /// <c>null</c>: the store's default. <see cref="Timeout.InfiniteTimeSpan"/>: never expires.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>Whether the entry carries a version, so that compare-and-set can be used on it. Costs 8 bytes.</summary>
    public bool Versioned { get; init; }
}
