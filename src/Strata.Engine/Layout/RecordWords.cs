namespace Strata.Engine.Layout;

/// <summary>What the optional words of a record say of its entry, and what stands for those that are not there.</summary>
internal struct RecordWords
{
    /// <summary>The soft time of an entry that was made stale before it would have been.</summary>
    public const long MadeStaleMs = 0;

    /// <summary>The millisecond from which the entry is stale; <see cref="long.MaxValue"/> for never.</summary>
    public long SoftMs;

    /// <summary>The millisecond at which it expires; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpiryMs;

    /// <summary>Its version; 0 when it has none.</summary>
    public long Version;

    /// <summary>Whether the reader found its soft time passed.</summary>
    public bool IsStale;

    /// <summary>The time until which nothing need be asked of the clock.</summary>
    public readonly long LimitMs => Math.Min(SoftMs, ExpiryMs);

    /// <summary>What is known of an entry at a time at which it is live.</summary>
    public readonly EntryInfo Describe(RecordHeader header, long nowMs) => new(
        header.ValueBytes,
        Version,
        ExpiryMs == long.MaxValue ? ExpiryMs : ExpiryMs - nowMs,
        SoftMs == long.MaxValue ? SoftMs : SoftMs - nowMs,
        header.NotesBytes,
        header.Has(RecordFlags.Marked),
        SoftMs == MadeStaleMs);
}
