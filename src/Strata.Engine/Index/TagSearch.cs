using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Strata.Engine.Layout;

namespace Strata.Engine.Index;

/// <summary>
/// Finds the slots of a bucket that carry a tag. The answer is a hint: lanes of a vector load are not promised to be whole, so the caller reads
/// the slot again by itself and checks the tag.
/// </summary>
internal static unsafe class TagSearch
{
    private const uint SlotsMask = 0xFE;

    /// <summary>A mask with bit i set when word i of the bucket, 1 to 7, has the tag bits of <paramref name="hash"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Match(IndexBucket* bucket, ulong hash)
    {
        ulong* words = (ulong*)bucket;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<ulong> difference = (Vector512.LoadAligned(words) ^ Vector512.Create(hash)) & Vector512.Create(IndexSlot.TagMask);
            return (uint)Vector512.Equals(difference, Vector512<ulong>.Zero).ExtractMostSignificantBits() & SlotsMask;
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ulong> mask = Vector256.Create(IndexSlot.TagMask);
            Vector256<ulong> wanted = Vector256.Create(hash);
            uint low = Vector256.Equals((Vector256.LoadAligned(words) ^ wanted) & mask, Vector256<ulong>.Zero).ExtractMostSignificantBits();
            uint high = Vector256.Equals((Vector256.LoadAligned(words + 4) ^ wanted) & mask, Vector256<ulong>.Zero).ExtractMostSignificantBits();
            return (low | (high << 4)) & SlotsMask;
        }

        uint found = 0;
        for (int i = 1; i <= IndexBucket.SlotCount; i++)
            found |= ((words[i] ^ hash) & IndexSlot.TagMask) == 0 ? 1u << i : 0;
        return found;
    }
}
