using System.Buffers.Binary;
using Strata.Engine.Index;

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
    public const uint Version = 2;
    public const int MaxSegmentBytes = 64 << 20;

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

    /// <summary>Reads one slot; <c>null</c> when it is none. A slot of another version tells that version; one of ours with nothing but its version damaged does not.</summary>
    public static StoreHeader? Read(ReadOnlySpan<byte> from, out uint version)
    {
        version = 0;
        if (from.Length < SizeBytes || BinaryPrimitives.ReadUInt64LittleEndian(from) != Magic)
            return null;
        byte[] secret = from.Slice(32, StoreKey.SecretBytes).ToArray();
        version = BinaryPrimitives.ReadUInt32LittleEndian(from[8..]);
        byte[] words = from[..80].ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(words.AsSpan(8), Version);
        bool isOurs = BinaryPrimitives.ReadUInt64LittleEndian(from[80..]) == new StoreKey(secret).Checksum(0, 0, words, []);
        if (version != Version && isOurs)
            version = 0;
        long segmentBytes = BinaryPrimitives.ReadInt64LittleEndian(from[64..]);
        int partitionBits = BinaryPrimitives.ReadInt16LittleEndian(from[12..]), segmentBits = BinaryPrimitives.ReadInt16LittleEndian(from[14..]);
        if (version != Version || !isOurs
            || segmentBytes is < 2 * SegmentHeader.BlockBytes or > MaxSegmentBytes || !long.IsPow2(segmentBytes)
            || partitionBits is < 0 or > LocationTable.MaxPartitionBits || segmentBits is < LocationFormat.MinSegmentBits or > LocationFormat.MaxSegmentBits)
        {
            return null;
        }

        return new StoreHeader(
            BinaryPrimitives.ReadUInt128LittleEndian(from[16..]),
            secret,
            (int)segmentBytes,
            partitionBits,
            segmentBits,
            BinaryPrimitives.ReadUInt64LittleEndian(from[72..]));
    }
}
