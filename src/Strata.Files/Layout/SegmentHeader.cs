using System.Buffers.Binary;

namespace Strata.Files.Layout;

/// <summary>The first 4 KiB of a segment, with two copies of the same words in them: a damaged sector loses one.</summary>
/// <remarks>
/// <code>
///  0  u64  magic            8  u32  format version   12  u32  segment id
/// 16  u128 store id        32  u64  incarnation      40  u64  nonce
/// 48  i64  time of writing 56  i64  segment bytes    64  u64  checksum of 0..64, for the copy's place
/// </code>
/// </remarks>
internal static class SegmentHeader
{
    public const int BlockBytes = 4096;
    public const int SizeBytes = 72;
    public const int CopyOffset = 2048;
    public const ulong Magic = 0x3147_5354_4152_5453;
    public const uint Version = 2;

    /// <summary>Fills the whole block.</summary>
    public static void Write(Span<byte> block, StoreKey key, UInt128 store, int segment, int segmentBytes, SegmentLife life)
    {
        block[..BlockBytes].Clear();
        WriteCopy(block, 0, key, store, segment, segmentBytes, life);
        WriteCopy(block[CopyOffset..], CopyOffset, key, store, segment, segmentBytes, life);
    }

    /// <summary>Reads the block. Of two good copies the one with the greater incarnation counts: a torn write of a new header leaves the old one.</summary>
    public static SegmentHeaderRead Read(ReadOnlySpan<byte> block, StoreKey key, UInt128 store, int segment, int segmentBytes, out SegmentLife? life)
    {
        SegmentHeaderRead first = ReadCopy(block, 0, key, store, segment, segmentBytes, out life);
        SegmentHeaderRead second = ReadCopy(block[CopyOffset..], CopyOffset, key, store, segment, segmentBytes, out SegmentLife? other);
        if (other is not null && (life is null || other.Incarnation > life.Incarnation))
            life = other;
        if (life is not null)
            return SegmentHeaderRead.Ok;
        return first is SegmentHeaderRead.Foreign or SegmentHeaderRead.UnknownVersion ? first : second is SegmentHeaderRead.Foreign or SegmentHeaderRead.UnknownVersion ? second
            : first == SegmentHeaderRead.Empty && second == SegmentHeaderRead.Empty ? SegmentHeaderRead.Empty : SegmentHeaderRead.Damaged;
    }

    private static void WriteCopy(Span<byte> to, int offset, StoreKey key, UInt128 store, int segment, int segmentBytes, SegmentLife life)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], segment);
        BinaryPrimitives.WriteUInt128LittleEndian(to[16..], store);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], life.Incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(to[40..], life.Nonce);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], life.CreatedMs);
        BinaryPrimitives.WriteInt64LittleEndian(to[56..], segmentBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(to[64..], key.Checksum(key.LifeOf(0, (ulong)segment), offset, to[..64], []));
    }

    private static SegmentHeaderRead ReadCopy(ReadOnlySpan<byte> from, int offset, StoreKey key, UInt128 store, int segment, int segmentBytes, out SegmentLife? life)
    {
        life = null;
        ReadOnlySpan<byte> words = from[..SizeBytes];
        // Without a checksum the first write of a header broke off.
        if (BinaryPrimitives.ReadUInt64LittleEndian(words[64..]) == 0)
            return SegmentHeaderRead.Empty;
        if (BinaryPrimitives.ReadUInt64LittleEndian(words) != Magic)
            return SegmentHeaderRead.Damaged;
        if (BinaryPrimitives.ReadUInt64LittleEndian(words[64..]) == key.Checksum(key.LifeOf(0, (ulong)segment), offset, words[..64], []))
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(words[8..]) != Version)
                return SegmentHeaderRead.UnknownVersion;
            if (BinaryPrimitives.ReadUInt128LittleEndian(words[16..]) != store || BinaryPrimitives.ReadInt64LittleEndian(words[56..]) != segmentBytes)
                return SegmentHeaderRead.Foreign;
            life = new SegmentLife(key, BinaryPrimitives.ReadUInt64LittleEndian(words[32..]), BinaryPrimitives.ReadUInt64LittleEndian(words[40..]), BinaryPrimitives.ReadInt64LittleEndian(words[48..]));
            return SegmentHeaderRead.Ok;
        }

        // Another store's header has another secret's checksum. Ours with a flipped bit in the id would look the same, but its copy is good then.
        return BinaryPrimitives.ReadUInt128LittleEndian(words[16..]) == store ? SegmentHeaderRead.Damaged : SegmentHeaderRead.Foreign;
    }
}
