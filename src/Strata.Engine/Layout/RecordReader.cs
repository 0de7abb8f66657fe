using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
        return header.KeyBytes == keyBytes && Same(record + header.KeyOffset, ref *key, keyBytes);
    }

    /// <summary>Compares bytes; both ranges are readable to their ends whatever they hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(byte* left, ref byte right, int length)
    {
        const int Word = sizeof(ulong);
        if ((uint)(length - Word) > 3 * Word)
            return new ReadOnlySpan<byte>(left, length).SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref right, length));
        // Most keys are short: whole words, the last one overlapping the one before.
        nint last = length - Word;
        ulong difference = WordAt(left, last) ^ WordAt(ref right, last);
        for (nint i = 0; i < last; i += Word)
            difference |= WordAt(left, i) ^ WordAt(ref right, i);
        return difference == 0;
    }

    /// <summary>Copies a value. Short ones without a call: whole vectors, the last one overlapping the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* source, ref byte destination, int length)
    {
        if (!Vector256.IsHardwareAccelerated || (uint)(length - Vector256<byte>.Count) > 256 - Vector256<byte>.Count)
        {
            Unsafe.CopyBlockUnaligned(ref destination, ref *source, (uint)length);
            return;
        }

        nint last = length - Vector256<byte>.Count;
        for (nint i = 0; i < last; i += Vector256<byte>.Count)
            Vector256.Load(source + i).StoreUnsafe(ref Unsafe.AddByteOffset(ref destination, i));
        Vector256.Load(source + last).StoreUnsafe(ref Unsafe.AddByteOffset(ref destination, last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong WordAt(byte* bytes, nint offset) => Unsafe.ReadUnaligned<ulong>(bytes + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong WordAt(ref byte bytes, nint offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref bytes, offset));
}
