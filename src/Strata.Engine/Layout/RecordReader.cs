using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;

namespace Strata.Engine.Layout;

/// <summary>Turns locations into records, for holders of the stripe's lock: what they read is what a writer wrote.</summary>
internal readonly unsafe struct RecordReader(byte* regionStart, ulong* secret)
{
    public byte* At(long location) => regionStart + location * RecordHeader.AlignmentBytes;

    public long LocationOf(byte* record) => (record - regionStart) / RecordHeader.AlignmentBytes;

    public static RecordHeader HeaderOf(byte* record) => new(*(ulong*)record);

    public ulong HashOf(byte* record)
    {
        RecordHeader header = HeaderOf(record);
        return KeyHash.Compute(record + header.KeyOffset, header.KeyBytes, secret);
    }

    public static bool KeyEquals(byte* record, byte* key, int keyBytes)
    {
        RecordHeader header = HeaderOf(record);
        return header.KeyBytes == keyBytes && Same(record + header.KeyOffset, key, keyBytes);
    }

    /// <summary>Compares bytes; both ranges are readable to their ends whatever they hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(byte* left, byte* right, int length)
    {
        const int Word = sizeof(ulong);
        if (length < Word || length > 4 * Word)
            return MemoryMarshal.CreateReadOnlySpan(ref *left, length).SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref *right, length));
        // Most keys are short: whole words, the last one overlapping the one before.
        for (int i = 0; i < length - Word; i += Word)
        {
            if (Unsafe.ReadUnaligned<ulong>(left + i) != Unsafe.ReadUnaligned<ulong>(right + i))
                return false;
        }

        return Unsafe.ReadUnaligned<ulong>(left + length - Word) == Unsafe.ReadUnaligned<ulong>(right + length - Word);
    }
}
