namespace Strata.Engine.Layout;

/// <summary>
/// One word of the index: where a record is, and what the policy knows of it. Zero is an empty slot: no record is at location 0.
/// <code>
///   63          48 47  46 45   42 41       37 36                            0
///  ┌──────────────┬──────┬───────┬───────────┬───────────────────────────────┐
///  │    tag 16    │freq 2│flags 4│  lines 5  │  location 37 (units of 8 B)   │
///  └──────────────┴──────┴───────┴───────────┴───────────────────────────────┘
/// </code>
/// Readers raise the frequency by compare-and-swap; everything else is written under the stripe's lock.
/// </summary>
internal readonly struct IndexSlot
{
    public const int LocationBits = 37;
    public const int TagShift = 48;
    public const int MaxFrequency = 3;
    public const ulong FrequencyUnit = 1UL << FrequencyShift;
    public const ulong FrequencyMask = (ulong)MaxFrequency << FrequencyShift;
    public const ulong LocationMask = (1UL << LocationBits) - 1;
    public const ulong TagMask = 0xFFFFUL << TagShift;

    private const int LinesShift = LocationBits;
    private const int MaxLines = 31;
    private const int MainShift = LinesShift + 5;
    private const int FrequencyShift = MainShift + 4;
    private const int LineBytes = 64;

    public IndexSlot(ulong word) => Word = word;

    /// <param name="hash">The key's hash; its top 16 bits are the tag.</param>
    /// <param name="location">The record's distance from the region's start, in units of 8 bytes.</param>
    /// <param name="recordBytes">The record's length in its slab.</param>
    /// <param name="isMain">Whether it stands in the main ring.</param>
    /// <param name="frequency">Its count of hits, 0 to 3.</param>
    public IndexSlot(ulong hash, long location, int recordBytes, bool isMain, int frequency) =>
        Word = TagOf(hash)
            | ((ulong)frequency << FrequencyShift)
            | (isMain ? 1UL << MainShift : 0)
            | ((ulong)Math.Min(MaxLines, (recordBytes - 1) / LineBytes) << LinesShift)
            | (ulong)location;

    public ulong Word { get; }

    public long Location => (long)(Word & LocationMask);

    public bool IsMain => (Word & (1UL << MainShift)) != 0;

    public int Frequency => (int)((Word & FrequencyMask) >> FrequencyShift);

    /// <summary>The tag bits of a hash, in their place in a slot.</summary>
    public static ulong TagOf(ulong hash) => hash & TagMask;
}
