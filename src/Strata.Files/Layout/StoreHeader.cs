using System.Buffers.Binary;

namespace Strata.Files.Layout;

/// <summary>The store's own file: two slots, written in turn, so that one of them is always good.</summary>
/// <remarks>
/// <code>
///  0  u64  magic           8  u32  format version    12  u16  partition bits, u16 segment bits
/// 16  u128 store id       32  32 bytes  secret       64  i64  segment bytes
/// 72  u64  times opened   80  u64  checksum of 0..80
/// </code>
/// </remarks>
internal sealed record StoreHeader(UInt128 Id, byte[] Secret, int SegmentBytes, int PartitionBits, int SegmentBits, ulong OpenCount)
{
    public const int SlotBytes = 4096;
    public const int FileBytes = 2 * SlotBytes;
    public const int SizeBytes = 88;
    public const ulong Magic = 0x3154_5354_4152_5453;
    public const uint Version = 1;

    /// <summary>The slot that this opening writes; the first one writes the first.</summary>
    public int SlotOffset => (int)((OpenCount - 1) & 1) * SlotBytes;

    public void Write(Span<byte> to)
    {
        to[..SizeBytes].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(to, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteInt16LittleEndian(to[12..], (short)PartitionBits);
        BinaryPrimitives.WriteInt16LittleEndian(to[14..], (short)SegmentBits);
        BinaryPrimitives.WriteUInt128LittleEndian(to[16..], Id);
        Secret.CopyTo(to[32..]);
        BinaryPrimitives.WriteInt64LittleEndian(to[64..], SegmentBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(to[72..], OpenCount);
        BinaryPrimitives.WriteUInt64LittleEndian(to[80..], new StoreKey(Secret).Checksum(0, 0, to[..80], []));
    }

    /// <summary>Reads one slot; <c>null</c> when it is none. A good slot of another version tells that version.</summary>
    public static StoreHeader? Read(ReadOnlySpan<byte> from, out uint version)
    {
        version = 0;
        if (from.Length < SizeBytes || BinaryPrimitives.ReadUInt64LittleEndian(from) != Magic)
            return null;
        byte[] secret = from.Slice(32, StoreKey.SecretBytes).ToArray();
        version = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        if (version != Version || BinaryPrimitives.ReadUInt64LittleEndian(from[80..]) != new StoreKey(secret).Checksum(0, 0, from[..80], []))
            return null;
        return new StoreHeader(
            BinaryPrimitives.ReadUInt128LittleEndian(from[16..]),
            secret,
            (int)BinaryPrimitives.ReadInt64LittleEndian(from[64..]),
            BinaryPrimitives.ReadInt16LittleEndian(from[12..]),
            BinaryPrimitives.ReadInt16LittleEndian(from[14..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[72..]));
    }
}
