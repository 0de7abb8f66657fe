using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strata.Engine.Layout;

/// <summary>
/// Where readers start: the shape of one stripe's index, on a cache line of its own, in a pinned managed array that lives as long as the store. The tables
/// it points to stay until nobody knows the store's region any more.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = RootBytes)]
internal unsafe struct IndexRoot
{
    public const int RootShift = 6;
    public const int RootBytes = 1 << RootShift;

    /// <summary>Two, so that the mask of <see cref="HeadIndex"/> never shifts by the width of a word.</summary>
    public const uint FewestHeads = 2;

    private const int EpochShift = 32;
    private const ulong RehashBit = 1UL << EpochShift;
    private const ulong EpochStep = RehashBit << 1;

    /// <summary>
    /// Low half: how many head buckets there are. High half: the epoch, raised when the stripe is cleared or rehashed; its lowest bit says that a rehash
    /// is under way, and that an entry which is not found may not be back in its place yet.
    /// </summary>
    public ulong Shape;

    /// <summary>The address of each page of head buckets.</summary>
    public ulong* HeadPages;

    /// <summary>The address of each page of overflow buckets.</summary>
    public ulong* OverflowPages;

    /// <summary>Overflow buckets that have memory; links beyond are not followed.</summary>
    public int OverflowLimit;

    /// <summary>The binary logarithm of the buckets in a page.</summary>
    public int PageShift;

    /// <summary>The bytes of a page, less one.</summary>
    public uint PageMask;

    /// <summary>The words of the secret by which this stripe's index hashes its keys, once it has one of its own; null while that is the store's.</summary>
    public ulong* Secret;

    /// <summary>Hits of keys whose hash has none of these bits are reported to the policy; all bits, when no hit is.</summary>
    public ulong SampleMask;

    public static uint HeadCountOf(ulong shape) => (uint)shape;

    /// <summary>Whether a hit of this key is reported to the policy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsSampled(ulong hash) => (hash & SampleMask) == 0;

    public static bool SameEpoch(ulong shape, ulong other) => ((shape ^ other) >> EpochShift) == 0;

    public static ulong WithHeadCount(ulong shape, uint headCount) => (shape & ~(ulong)uint.MaxValue) | headCount;

    public static ulong NextEpoch(ulong shape) => shape + EpochStep;

    public static bool IsRehashing(ulong shape) => (shape & RehashBit) != 0;

    public static ulong WithRehash(ulong shape, bool isRehashing) => isRehashing ? shape | RehashBit : shape & ~RehashBit;

    /// <summary>
    /// The head bucket of a hash by linear hashing (Litwin, VLDB 1980): its low bits by the next power of two, and one bit fewer where
    /// that bucket does not exist yet.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint HeadIndex(ulong hash, uint headCount)
    {
        uint mask = uint.MaxValue >> BitOperations.LeadingZeroCount(headCount - 1);
        uint index = (uint)hash & mask;
        // A conditional move: whether a bucket exists yet is as hard to foresee as the hash.
        uint shorter = index & (mask >> 1);
        if (index >= headCount)
            index = shorter;
        return index;
    }

    /// <summary>
    /// The heads that the hashes of a head went to when the heads became more: a head is followed by those above it that have the same low bits, in steps
    /// of the power of two that covers <paramref name="headCount"/>, and by the one that is half a step above, where that did not exist yet.
    /// </summary>
    /// <param name="head">A head of the time when there were <paramref name="headCount"/>.</param>
    /// <param name="headCount">How many heads there were.</param>
    /// <param name="step">The distance from one follower to the next, from the head as well as from <paramref name="sibling"/>.</param>
    /// <param name="sibling">The first of the second row of followers; 0 when there is none.</param>
    public static void FollowersOf(uint head, uint headCount, out ulong step, out uint sibling)
    {
        step = BitOperations.RoundUpToPowerOf2((ulong)headCount);
        uint half = (uint)(step / 2);
        sibling = head < half && head + half >= headCount ? head + half : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly IndexBucket* Head(uint index) => At(HeadPages, index);

    /// <summary>The bucket a link names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly IndexBucket* Overflow(int link) => At(OverflowPages, (uint)(link - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly IndexBucket* At(ulong* pages, uint index) =>
        (IndexBucket*)(pages[index >> PageShift] + ((index * IndexBucket.BucketBytes) & PageMask));
}
