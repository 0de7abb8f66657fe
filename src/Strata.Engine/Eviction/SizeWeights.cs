namespace Strata.Engine.Eviction;

/// <summary>
/// How much an entry has to earn to stay: its size, in units of the mean size. A weight is a whole number, rounded up or down at random so that it is
/// right on average: an entry of a quarter of the mean pays one hit for one turn of the ring in four, one of three times the mean pays three for each. So the turns an
/// entry lives grow with its hits and shrink with its size, as its credit does in GreedyDual-Size-Frequency (Cherkasova, 1998). With all
/// entries of one size every weight is one.
/// </summary>
internal struct SizeWeights(bool isOn)
{
    private const int FractionBits = 8;
    private const int ScaleBits = 32;
    private const ulong LongestBytes = (1UL << 31) - 1;

    // 2^ScaleBits by the mean; 0 while every weight is one.
    private ulong _scale;
    private uint _random = 0x9E37_79B9;

    /// <summary>Takes the mean of so many entries.</summary>
    public void SetMean(long bytes, long entries)
    {
        if (isOn && bytes > 0 && entries > 0)
            _scale = (1UL << ScaleBits) * (ulong)entries / (ulong)bytes;
    }

    /// <summary>The weight of an entry, 0 or more.</summary>
    public int Of(long bytes)
    {
        if (_scale == 0)
            return 1;
        // In parts of 2^-FractionBits, to the nearest: an entry of exactly the mean weighs exactly one.
        const int Shift = ScaleBits - FractionBits;
        ulong parts = ((Math.Min((ulong)bytes, LongestBytes) * _scale) + (1UL << (Shift - 1))) >> Shift;
        if (parts == 1UL << FractionBits)
            return 1;
        _random = (_random * 1_664_525) + 1_013_904_223;
        return (int)Math.Min((parts + (_random >> (32 - FractionBits))) >> FractionBits, byte.MaxValue);
    }
}
