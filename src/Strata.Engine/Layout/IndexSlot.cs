using System.Runtime.CompilerServices;

namespace Strata.Engine.Layout;

/// <summary>
/// One word of the index: where a record is, and what the policy knows of it. A slot with location 0 is empty, whatever else it holds: no
/// record is there.
/// <code>
///   63          48 47        40 39    38 37                            0
///  ┌──────────────┬────────────┬────────┬───────────────────────────────┐
///  │    tag 16    │frequency 8 │flags 2 │  location 38 (units of 4 B)   │
///  └──────────────┴────────────┴────────┴───────────────────────────────┘
/// </code>
/// </summary>
/// <remarks>
/// Writers store whole words, under the stripe's lock. The frequency has a byte of its own, so that readers can raise it with a plain store of that
/// byte: a store that comes late falls on the frequency of another entry or of an empty slot, and a count can be lost; nothing else can.
/// </remarks>
internal readonly struct IndexSlot
{
    public const int LocationBits = 38;
    public const int LocationUnitShift = 2;
    public const int TagShift = 48;
    public const int MaxFrequency = 3;
    public const ulong LocationMask = (1UL << LocationBits) - 1;
    public const ulong TagMask = 0xFFFFUL << TagShift;

    private const int MainShift = LocationBits;
    private const int FrequencyShift = 40;

    private static int FrequencyByte => BitConverter.IsLittleEndian ? FrequencyShift / 8 : sizeof(ulong) - 1 - FrequencyShift / 8;

    public IndexSlot(ulong word) => Word = word;

    /// <param name="hash">The key's hash; its top 16 bits are the tag.</param>
    /// <param name="location">The record's distance from the region's start, in units of 4 bytes.</param>
    /// <param name="isMain">Whether it stands in the main ring.</param>
    /// <param name="frequency">Its count of hits, 0 to 3.</param>
    public IndexSlot(ulong hash, long location, bool isMain, int frequency) =>
        Word = TagOf(hash) | ((ulong)frequency << FrequencyShift) | (isMain ? 1UL << MainShift : 0) | (ulong)location;

    public ulong Word { get; }

    public bool IsEmpty => Location == 0;

    public long Location
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (long)(Word & LocationMask);
    }

    /// <summary>The record's distance from the region's start, in bytes.</summary>
    public long OffsetBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (long)((Word << (64 - LocationBits)) >> (64 - LocationBits - LocationUnitShift));
    }

    public bool IsMain => (Word & (1UL << MainShift)) != 0;

    public int Frequency
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (byte)(Word >> FrequencyShift);
    }

    /// <summary>The tag bits of a hash, in their place in a slot.</summary>
    public static ulong TagOf(ulong hash) => hash & TagMask;

    /// <summary>Counts a hit in a slot that was read as <paramref name="seen"/>, up to <see cref="MaxFrequency"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CountHit(ref ulong slot, ulong seen)
    {
        int frequency = new IndexSlot(seen).Frequency;
        if (frequency < MaxFrequency)
            Unsafe.Add(ref Unsafe.As<ulong, byte>(ref slot), FrequencyByte) = (byte)(frequency + 1);
    }
}
