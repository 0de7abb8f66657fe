using System.Buffers.Binary;

namespace Strata.Files.Layout;

/// <summary>The head of every record.</summary>
/// <remarks>
/// <code>
///  0  u32  mark of the segment's life, never 0
///  4  u32  bytes of the value
///  8  u64  hash of the key
/// 16  u64  sequence: of two records of one key the greater counts
/// 24  u48  time of writing, milliseconds since 1970 | u16 bytes of the key
/// 32  u48  time to live in milliseconds, 0 for ever  | u8 tags | u4 kind, u4 flags
/// 40  u64  checksum of 0..40 and of all behind it, for its place
/// 48       key, ids of the tags (8 bytes each), value, zeros up to a multiple of 8
/// </code>
/// </remarks>
internal struct RecordHeader
{
    public const int SizeBytes = 48;
    public const int ChecksumOffset = 40;
    private const long Mask48 = (1L << 48) - 1;

    public uint Mark;
    public int ValueBytes;
    public ulong Hash;
    public ulong Sequence;
    public long CreatedMs;
    public int KeyBytes;
    public long TtlMs;
    public int TagCount;
    public RecordKind Kind;
    public RecordFlags Flags;
    public ulong Checksum;

    public readonly int TagBytes => TagCount * sizeof(ulong);

    public readonly int ValueOffset => SizeBytes + KeyBytes + TagBytes;

    /// <summary>The bytes in use. Wider than an <c>int</c>, since the fields may be anybody's.</summary>
    public readonly long UsedBytes => (long)ValueOffset + (uint)ValueBytes;

    public readonly long LengthBytes => (UsedBytes + 7) & ~7L;

    public readonly long ExpiresMs => TtlMs == 0 ? long.MaxValue : CreatedMs + TtlMs;

    public readonly void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], ValueBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Hash);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], (CreatedMs & Mask48) | ((long)KeyBytes << 48));
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], (TtlMs & Mask48) | ((long)TagCount << 48) | ((long)(byte)((byte)Kind | ((byte)Flags << 4)) << 56));
        BinaryPrimitives.WriteUInt64LittleEndian(to[ChecksumOffset..], Checksum);
    }

    public static RecordHeader Read(ReadOnlySpan<byte> from)
    {
        long created = BinaryPrimitives.ReadInt64LittleEndian(from[24..]), life = BinaryPrimitives.ReadInt64LittleEndian(from[32..]);
        return new RecordHeader
        {
            Mark = BinaryPrimitives.ReadUInt32LittleEndian(from),
            ValueBytes = BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            Hash = BinaryPrimitives.ReadUInt64LittleEndian(from[8..]),
            Sequence = BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
            CreatedMs = created & Mask48,
            KeyBytes = (int)((ulong)created >> 48),
            TtlMs = life & Mask48,
            TagCount = (int)((ulong)life >> 48) & 0xFF,
            Kind = (RecordKind)((int)((ulong)life >> 56) & 0xF),
            Flags = (RecordFlags)(int)((ulong)life >> 60),
            Checksum = BinaryPrimitives.ReadUInt64LittleEndian(from[ChecksumOffset..]),
        };
    }

    /// <summary>Reads a record that may be anything. False when it is none of this place and life, or does not lie wholly in the bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, StoreKey key, SegmentLife life, int offset, out RecordHeader header)
    {
        header = default;
        if (from.Length < SizeBytes)
            return false;
        header = Read(from);
        if (header.Mark != life.Mark || header.ValueBytes < 0 || header.LengthBytes > from.Length)
            return false;
        return header.Checksum == key.Checksum(life.Prefix, offset, from[..ChecksumOffset], from[SizeBytes..(int)header.UsedBytes]);
    }
}
