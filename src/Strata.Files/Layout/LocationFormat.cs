namespace Strata.Files.Layout;

/// <summary>What the index keeps of a record: where it is, about how long it is, and whether it was read since it was written.</summary>
/// <remarks>
/// <code>
/// | hit 1 | size class 8 | segment, as many bits as the store was made with | offset in units of eight bytes, as many bits as its segments need |
/// </code>
/// </remarks>
internal readonly struct LocationFormat(int segmentBytes, int segmentBits)
{
    public const int MinSegmentBits = 8;
    public const int MaxSegmentBits = 14;
    public const int UnitBytes = 8;

    private readonly int _offsetBits = System.Numerics.BitOperations.Log2((uint)segmentBytes / UnitBytes);

    public int Bits => _offsetBits + segmentBits + SizeClass.Bits + 1;

    public ulong Pack(int segment, int offsetBytes, int lengthBytes) =>
        ((ulong)SizeClass.Of((uint)lengthBytes / UnitBytes) << (_offsetBits + segmentBits)) | ((ulong)segment << _offsetBits) | ((uint)offsetBytes / UnitBytes);

    public int Segment(ulong location) => (int)(location >> _offsetBits) & ((1 << segmentBits) - 1);

    public int OffsetBytes(ulong location) => (int)(location & ((1UL << _offsetBits) - 1)) * UnitBytes;

    /// <summary>What the record takes at most.</summary>
    public int LengthBytes(ulong location) => (int)SizeClass.UnitsOf((int)(location >> (_offsetBits + segmentBits)) & ((1 << SizeClass.Bits) - 1)) * UnitBytes;

    public bool IsHit(ulong location) => (WithHit(0) & location) != 0;

    public ulong WithHit(ulong location) => location | (1UL << (_offsetBits + segmentBits + SizeClass.Bits));

    public ulong WithoutHit(ulong location) => location & ~WithHit(0);
}
