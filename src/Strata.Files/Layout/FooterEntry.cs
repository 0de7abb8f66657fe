using System.Buffers.Binary;

namespace Strata.Files.Layout;

/// <summary>What a segment's footer tells of one record: 24 bytes.</summary>
/// <remarks>
/// <code>
///  0  u64 hash    8  u64 sequence    16  u32 offset in units of eight bytes    20  u24 length in units, u4 kind, u4 flags
/// </code>
/// </remarks>
internal readonly record struct FooterEntry(ulong Hash, ulong Sequence, int OffsetBytes, int LengthBytes, RecordKind Kind, RecordFlags Flags)
{
    public const int SizeBytes = 24;
    public const int MaxLengthBytes = ((1 << 24) - 1) * LocationFormat.UnitBytes;

    public static FooterEntry Of(in RecordHeader header, int offsetBytes) =>
        new(header.Hash, header.Sequence, offsetBytes, (int)header.LengthBytes, header.Kind, header.Flags);

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], (uint)(OffsetBytes / LocationFormat.UnitBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(to[20..], (uint)(LengthBytes / LocationFormat.UnitBytes) | ((uint)Kind << 24) | ((uint)Flags << 28));
    }

    public static FooterEntry Read(ReadOnlySpan<byte> from)
    {
        uint shape = BinaryPrimitives.ReadUInt32LittleEndian(from[20..]);
        return new FooterEntry(
            BinaryPrimitives.ReadUInt64LittleEndian(from),
            BinaryPrimitives.ReadUInt64LittleEndian(from[8..]),
            (int)BinaryPrimitives.ReadUInt32LittleEndian(from[16..]) * LocationFormat.UnitBytes,
            (int)(shape & 0xFF_FFFF) * LocationFormat.UnitBytes,
            (RecordKind)((shape >> 24) & 0xF),
            (RecordFlags)(shape >> 28));
    }
}
