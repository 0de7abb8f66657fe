using System.Runtime.InteropServices;

namespace Strata.Engine.Layout;

/// <summary>
/// One cache line of the index: a head word and seven slots. In the first bucket of a chain the head word carries the version of the
/// whole chain; in overflow buckets only the link is used.
/// <code>
///   63      56 55                  32 31                               0
///  ┌──────────┬──────────────────────┬───────────────────────────────┬─┐
///  │  zero 8  │  overflow link 24    │         version 31            │W│   W: a writer is moving several slots
///  └──────────┴──────────────────────┴───────────────────────────────┴─┘
///  │ head │ slot 1 │ slot 2 │ slot 3 │ slot 4 │ slot 5 │ slot 6 │ slot 7 │
/// </code>
/// A link is the index of an overflow bucket plus one; 0 ends the chain.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IndexBucket
{
    public const int BucketBytes = 64;
    public const int SlotCount = 7;
    public const ulong VersionMask = 0xFFFF_FFFF;
    public const int LinkShift = 32;
    public const int LinkLimit = 1 << 24;

    private const ulong LinkMask = (ulong)(LinkLimit - 1) << LinkShift;
    private const ulong OddBit = 1;
    private const ulong VersionStep = 2;

    public ulong Head;
    public fixed ulong Slots[SlotCount];

    public static bool IsOdd(ulong head) => (head & OddBit) != 0;

    public static int LinkOf(ulong head) => (int)((head & LinkMask) >> LinkShift);

    public static ulong WithLink(ulong head, int link) => (head & ~LinkMask) | ((ulong)(uint)link << LinkShift);

    /// <summary>The head of the same chain one version on; an odd version becomes the next even one.</summary>
    public static ulong NextVersion(ulong head) => (head & ~VersionMask) | ((head + VersionStep) & VersionMask & ~OddBit);

    /// <summary>The head as it was before slots began to move.</summary>
    public static ulong Even(ulong head) => head & ~OddBit;

    /// <summary>The head while slots move: readers of the chain wait.</summary>
    public static ulong Odd(ulong head) => head | OddBit;
}
