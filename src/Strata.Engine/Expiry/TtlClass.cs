using System.Numerics;

namespace Strata.Engine.Expiry;

/// <summary>Times to live in classes, four to each doubling: entries of one class expire within a fifth of their time of each other if they were written together.</summary>
internal static class TtlClass
{
    /// <summary>The classes of times that end; longer ones than the last class says are of the last class.</summary>
    public const int Count = 4 * LongestBits;

    /// <summary>The class of entries that do not expire.</summary>
    public const int Never = Count;

    /// <summary>The class of entries that do not expire and have outlived most of their slab: apart from new ones, which are sooner overwritten.</summary>
    public const int Settled = Never + 4;

    private const int LongestBits = 40;

    /// <summary>The class of so many milliseconds to live; <see cref="long.MaxValue"/> is never.</summary>
    public static int Of(long leftMs)
    {
        if (leftMs == long.MaxValue)
            return Never;
        uint shift = (uint)BitOperations.Log2((ulong)leftMs | 4) - 2;
        return leftMs <= 0 ? 0 : Math.Min(Count - 1, (int)(4 * shift + (leftMs >> (int)shift)));
    }
}
