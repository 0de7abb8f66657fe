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

    /// <summary>The same records, their keys hashed by another secret.</summary>
    public RecordReader With(ulong* otherSecret) => new(regionStart, otherSecret);

    public static RecordHeader HeaderOf(byte* record) => RecordHeader.Read(record);

    /// <summary>An optional word of a record. It is aligned to half its length: a reader that no lock or pin protects may see parts of two, and validates what it has read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Word(byte* word) => Unsafe.ReadUnaligned<long>(word);

    public static void SetWord(byte* word, long value) => Unsafe.WriteUnaligned(word, value);

    /// <summary>What the optional words of a record say of its entry; of a record that nobody has validated they are any numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RecordWords WordsOf(byte* record, RecordHeader header) => new()
    {
        SoftMs = header.Has(RecordFlags.Soft) ? Word(record + header.HeaderBytes) : long.MaxValue,
        ExpiryMs = header.Has(RecordFlags.Expiry) ? Word(record + header.OffsetOf(RecordFlags.Expiry)) : long.MaxValue,
        Version = header.Has(RecordFlags.Version) ? Word(record + header.OffsetOf(RecordFlags.Version)) : 0,
    };

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

    /// <summary>Compares bytes; both ranges are readable to their ends whatever they hold. Makes no call: what the caller has in registers stays there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Same(byte* left, ref byte right, int length)
    {
        nint last = length - Vector128<byte>.Count;
        if (last >= 0)
        {
            Vector128<byte> difference = Difference(left, ref right, 0) | Difference(left, ref right, last);
            for (nint i = Vector128<byte>.Count; i < last; i += Vector128<byte>.Count)
                difference |= Difference(left, ref right, i);
            return difference == Vector128<byte>.Zero;
        }

        if (length >= sizeof(ulong))
            return ((Word<ulong>(left, 0) ^ Word<ulong>(ref right, 0)) | (Word<ulong>(left, length - 8) ^ Word<ulong>(ref right, length - 8))) == 0;
        if (length >= sizeof(uint))
            return ((Word<uint>(left, 0) ^ Word<uint>(ref right, 0)) | (Word<uint>(left, length - 4) ^ Word<uint>(ref right, length - 4))) == 0;
        return ((left[0] ^ right) | (left[length >> 1] ^ Unsafe.Add(ref right, length >> 1)) | (left[length - 1] ^ Unsafe.Add(ref right, length - 1))) == 0;
    }

    /// <summary>Copies a value, without a call: whole vectors, the last one overlapping the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* source, ref byte destination, int length)
    {
        if (Vector512.IsHardwareAccelerated && length >= Vector512<byte>.Count)
        {
            nint last = length - Vector512<byte>.Count;
            for (nint i = 0; i < last; i += Vector512<byte>.Count)
                Vector512.Load(source + i).StoreUnsafe(ref destination, (nuint)i);
            Vector512.Load(source + last).StoreUnsafe(ref destination, (nuint)last);
        }
        else if (length >= Vector256<byte>.Count)
        {
            nint last = length - Vector256<byte>.Count;
            for (nint i = 0; i < last; i += Vector256<byte>.Count)
                Vector256.Load(source + i).StoreUnsafe(ref destination, (nuint)i);
            Vector256.Load(source + last).StoreUnsafe(ref destination, (nuint)last);
        }
        else if (length >= Vector128<byte>.Count)
        {
            Vector128<byte> end = Vector128.Load(source + length - Vector128<byte>.Count);
            Vector128.Load(source).StoreUnsafe(ref destination);
            end.StoreUnsafe(ref destination, (nuint)(length - Vector128<byte>.Count));
        }
        else if (length >= sizeof(ulong))
        {
            ulong end = Word<ulong>(source, length - sizeof(ulong));
            Unsafe.WriteUnaligned(ref destination, Word<ulong>(source, 0));
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, length - sizeof(ulong)), end);
        }
        else
        {
            for (nint i = 0; i < length; i++)
                Unsafe.Add(ref destination, i) = source[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Difference(byte* left, ref byte right, nint offset) => Vector128.Load(left + offset) ^ Vector128.LoadUnsafe(ref right, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Word<T>(byte* bytes, nint offset) where T : unmanaged => Unsafe.ReadUnaligned<T>(bytes + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Word<T>(ref byte bytes, nint offset) where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.AddByteOffset(ref bytes, offset));
}
