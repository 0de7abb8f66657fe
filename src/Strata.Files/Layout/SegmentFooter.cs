using System.Buffers.Binary;

namespace Strata.Files.Layout;

/// <summary>The end of a sealed segment: one entry a record, and behind them, in the last 64 bytes, what the segment holds.</summary>
/// <remarks>
/// <code>
///  0  u32 mark      4  u32 entries     8  u64 least sequence   16  u64 greatest sequence
/// 24  i64 time of sealing              32  u64 1 when it holds tombstones and rules, 0 when it holds values
/// 40  u64 end of the records           48  u64 checksum of the entries   56  u64 checksum of 0..56
/// </code>
/// </remarks>
internal readonly record struct SegmentFooter(int EntryCount, ulong MinSequence, ulong MaxSequence, long SealedMs, bool IsControl, int EndOffset, ulong EntriesChecksum)
{
    public const int SizeBytes = 64;

    public static int EntriesOffset(int segmentBytes, int entryCount) => segmentBytes - SizeBytes - entryCount * FooterEntry.SizeBytes;

    public void Write(Span<byte> to, StoreKey key, SegmentLife life, int segmentBytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, life.Mark);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], EntryCount);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], MinSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(to[16..], MaxSequence);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], SealedMs);
        BinaryPrimitives.WriteUInt64LittleEndian(to[32..], IsControl ? 1UL : 0);
        BinaryPrimitives.WriteInt64LittleEndian(to[40..], EndOffset);
        BinaryPrimitives.WriteUInt64LittleEndian(to[48..], EntriesChecksum);
        BinaryPrimitives.WriteUInt64LittleEndian(to[56..], key.Checksum(life.Prefix, segmentBytes - SizeBytes, to[..56], []));
    }

    public static bool TryRead(ReadOnlySpan<byte> from, StoreKey key, SegmentLife life, int segmentBytes, out SegmentFooter footer)
    {
        footer = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(from) != life.Mark || BinaryPrimitives.ReadUInt64LittleEndian(from[56..]) != key.Checksum(life.Prefix, segmentBytes - SizeBytes, from[..56], []))
            return false;
        footer = new SegmentFooter(
            BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[32..]) == 1,
            (int)BinaryPrimitives.ReadInt64LittleEndian(from[40..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[48..]));
        // Only a fault of ours could have written such numbers; reading them must be safe all the same.
        return footer.EntryCount >= 0 && footer.EntryCount <= (segmentBytes - SegmentHeader.BlockBytes - SizeBytes) / FooterEntry.SizeBytes
            && footer.EndOffset >= SegmentHeader.BlockBytes && footer.EndOffset <= EntriesOffset(segmentBytes, footer.EntryCount);
    }

    /// <summary>Whether the bytes of the entries before it are those that it was written with.</summary>
    public bool Fits(ReadOnlySpan<byte> entries, StoreKey key, SegmentLife life, int segmentBytes) =>
        EntriesChecksum == key.Checksum(life.Prefix, EntriesOffset(segmentBytes, EntryCount), entries, []);
}
