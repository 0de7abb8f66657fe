using System.Numerics;

namespace Strata.Engine.Eviction;

/// <summary>
/// What is known of a sampled request, in one word: the upper half of the key's hash, the zeros at the end of the hash, and the bytes of the record in
/// units of eight. A key belongs to the sample of one in 2^n keys if its hash ends in n zeros, hence to every denser sample too.
/// </summary>
internal readonly struct SampledKey
{
    private const int RankShift = 27;
    private const int UnitShift = 3;
    private const uint UnitMask = (1u << RankShift) - 1;

    public SampledKey(ulong word) => Word = word;

    public SampledKey(ulong hash, long recordBytes)
    {
        uint rank = (uint)Math.Min(BitOperations.TrailingZeroCount(hash), 31);
        Word = (hash & ~(ulong)uint.MaxValue) | (rank << RankShift) | (uint)Math.Min((recordBytes + 7) >> UnitShift, UnitMask);
    }

    public ulong Word { get; }

    public uint Key => (uint)(Word >> 32);

    public int Rank => (int)((uint)Word >> RankShift);

    public int RecordBytes => (int)(((uint)Word & UnitMask) << UnitShift);
}
