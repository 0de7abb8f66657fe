using System.Numerics;
using System.Runtime.CompilerServices;

namespace Strata.Engine.Layout;

/// <summary>
/// The first word of a record, read once and atomically, so that lengths never tear.
/// <code>
///   63        51 50     43 42           31 30                            0
///  ┌────────────┬─────────┬───────────────┬───────────────────────────────┐
///  │   zero 13  │ flags 8 │ key bytes-1 12│        value bytes 31         │
///  └────────────┴─────────┴───────────────┴───────────────────────────────┘
///  record:  header │ expiry? │ version? │ chain? │ key … │ value … │ padding to 8
/// </code>
/// </summary>
internal readonly struct RecordHeader
{
    public const int HeaderBytes = sizeof(ulong);
    public const int AlignmentBytes = 8;
    public const int LongestKeyOffset = HeaderBytes + 3 * sizeof(ulong);

    private const int ValueBits = 31;
    private const int KeyBits = 12;
    private const int KeyShift = ValueBits;
    private const int FlagsShift = KeyShift + KeyBits;
    private const ulong ValueMask = (1UL << ValueBits) - 1;
    private const ulong KeyMask = (1UL << KeyBits) - 1;
    private const uint FlagsMask = 0xFF;

    public RecordHeader(ulong word) => Word = word;

    public RecordHeader(int keyBytes, int valueBytes, RecordFlags flags) =>
        Word = (uint)valueBytes | ((ulong)(uint)(keyBytes - 1) << KeyShift) | ((ulong)flags << FlagsShift);

    public ulong Word { get; }

    public int ValueBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(Word & ValueMask);
    }

    public int KeyBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)((Word >> KeyShift) & KeyMask) + 1;
    }

    public RecordFlags Flags
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (RecordFlags)((uint)(Word >> FlagsShift) & FlagsMask);
    }

    /// <summary>From the start of the record to the first byte of the key.</summary>
    public int KeyOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => HeaderBytes + sizeof(ulong) * BitOperations.PopCount((uint)(Flags & RecordFlags.OptionalWords));
    }

    /// <summary>From the start of the record to the word that <paramref name="flag"/> announces.</summary>
    public int OffsetOf(RecordFlags flag) =>
        HeaderBytes + sizeof(ulong) * BitOperations.PopCount((uint)(Flags & RecordFlags.OptionalWords) & ((uint)flag - 1));

    /// <summary>Whether this is a live record of a key of so many bytes, with all of its value behind the key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWhole(int keyBytes) => (((Word >> KeyShift) ^ (uint)(keyBytes - 1)) & ~((ulong)(RecordFlags.Expiry | RecordFlags.Version) << KeyBits)) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(RecordFlags flag) => (Word & ((ulong)flag << FlagsShift)) != 0;

    public RecordHeader With(RecordFlags flag) => new(Word | ((ulong)flag << FlagsShift));

    /// <summary>
    /// The bytes of the value that stand in the record itself. A chained value keeps its beginning here and fills whole pages with the
    /// rest; where even that beginning would not fit a slab, all of it is in pages.
    /// </summary>
    public int InlineValueBytes(int slabBytes)
    {
        if (!Has(RecordFlags.Chain))
            return ValueBytes;
        int beginning = ValueBytes & (slabBytes - 1);
        return FitsSlab(KeyBytes, beginning, slabBytes) ? beginning : 0;
    }

    /// <summary>
    /// Whether a record of this key and so many bytes of value fits a slab, whichever optional words it has or gets later.
    /// </summary>
    public static bool FitsSlab(int keyBytes, long valueBytes, int slabBytes) => LongestKeyOffset + keyBytes + valueBytes <= slabBytes;

    /// <summary>The pages of a chained value; 0 for one that is not chained.</summary>
    public int ChainPages(int slabBytes) => Has(RecordFlags.Chain) ? (int)(((long)ValueBytes - InlineValueBytes(slabBytes) + slabBytes - 1) / slabBytes) : 0;

    /// <summary>The bytes of the record in its slab, padding included; pages of a chain are not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RecordBytes(int slabBytes)
    {
        int value = Has(RecordFlags.Chain) ? InlineValueBytes(slabBytes) : ValueBytes;
        return (int)(((uint)(KeyOffset + KeyBytes) + (uint)value + (AlignmentBytes - 1)) & ~(uint)(AlignmentBytes - 1));
    }
}
