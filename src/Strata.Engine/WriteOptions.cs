namespace Strata.Engine;

/// <summary>How one entry is written. The default value takes the store's defaults and pays for no optional word.</summary>
public readonly ref struct WriteOptions
{
    /// <summary>The most bytes of notes an entry can have.</summary>
    public const int MaxNotesBytes = 1024;

    /// <summary>The longest time to live, about 34 years; longer ones are refused.</summary>
    public static readonly TimeSpan MaxTtl = TimeSpan.FromMilliseconds(1L << 40);

    /// <summary>
    /// The time to live, from 1 ms to <see cref="MaxTtl"/>, rounded down to whole milliseconds but never below one.
    /// <c>null</c>: the store's default. <see cref="Timeout.InfiniteTimeSpan"/>: never expires.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>
    /// The time after which reads answer <see cref="ReadOutcome.Stale"/> while the entry lives on: from 1 ms to <see cref="MaxTtl"/>, at most the time to live where
    /// there is one. <see cref="TimeSpan.Zero"/>: it is stale from the start, as <see cref="ByteStore.MakeStale"/> would make it. <c>null</c> or <see cref="Timeout.InfiniteTimeSpan"/>: none. Costs 8 bytes.
    /// </summary>
    public TimeSpan? SoftTtl { get; init; }

    /// <summary>Whether the entry carries a version, so that compare-and-set can be used on it. Costs 8 bytes.</summary>
    public bool Versioned { get; init; }

    /// <summary>
    /// Bytes that the store keeps with the entry for its caller, up to <see cref="MaxNotesBytes"/>; none by default. They are copied. Reads deliver them only where they are asked for.
    /// Cost their length, and 4 bytes where the value is shorter than 4 KiB.
    /// </summary>
    public ReadOnlySpan<byte> Notes { get; init; }

    /// <summary>A bit that the store keeps with the entry for its caller: reads that cannot tell of it answer <see cref="ReadOutcome.Marked"/> and deliver nothing.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Where a new key begins its life; an overwrite keeps the place that its key has earned.</summary>
    public EntryPriority Priority { get; init; }
}
