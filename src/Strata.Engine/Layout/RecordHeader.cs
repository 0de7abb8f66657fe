using System.Numerics;
using System.Runtime.CompilerServices;

namespace Strata.Engine.Layout;

/// <summary>
/// The beginning of a record: one word of 4 bytes, and a second one where the value is 4 KiB or longer or there are notes. A reader that no lock or pin
/// protects may see the two of different records; what it takes from them it validates.
/// <code>
///   63      51 50                  32 31             20 19         8 7       0
///  ┌──────────┬──────────────────────┬─────────────────┬────────────┬─────────┐
///  │ notes 13 │ value bytes, high 19 │ value bytes, 12 │key bytes-1 │ flags 8 │
///  └──────────┴──────────────────────┴─────────────────┴────────────┴─────────┘
///   second word, where Wide is set    │ first word
///  record:  header │ soft? │ expiry? │ version? │ chain? │ key … │ notes … │ value … │ padding to 4
/// </code>
/// </summary>
internal readonly struct RecordHeader
{
    public const int AlignmentBytes = sizeof(uint);
    public const int LongestKeyOffset = 2 * sizeof(uint) + 4 * sizeof(ulong);

    /// <summary>Values of so many bytes take a second word of header.</summary>
    public const int WideValueBytes = 1 << (HalfBits - ValueShift);

    /// <summary>What the length of notes can be in bytes that nobody has validated; real ones are shorter.</summary>
    public const int NotesLimit = 1 << (2 * HalfBits - NotesShift);

    private const int HalfBits = 8 * sizeof(uint);
    private const int KeyBits = 12;
    private const int KeyShift = 8;
    private const int ValueShift = KeyShift + KeyBits;
    private const int NotesShift = ValueShift + 31;
    private const uint KeyMask = (1 << KeyBits) - 1;
    private const uint FlagsMask = (1 << KeyShift) - 1;
    private const uint AnyWhole = (uint)(RecordFlags.Times | RecordFlags.Version | RecordFlags.Wide);

    private readonly ulong _word;

    public RecordHeader(int keyBytes, int valueBytes, RecordFlags flags, int notesBytes = 0) =>
        _word = (uint)(flags | (valueBytes >= WideValueBytes || notesBytes != 0 ? RecordFlags.Wide : 0))
            | ((uint)(keyBytes - 1) << KeyShift) | ((ulong)(uint)valueBytes << ValueShift) | ((ulong)(uint)notesBytes << NotesShift);

    private RecordHeader(ulong word) => _word = word;

    public int ValueBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(_word >> ValueShift) & int.MaxValue;
    }

    /// <summary>What the caller keeps with the entry, between key and value.</summary>
    public int NotesBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(_word >> NotesShift);
    }

    public int KeyBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (int)(((uint)_word >> KeyShift) & KeyMask) + 1;
    }

    public RecordFlags Flags
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (RecordFlags)((uint)_word & FlagsMask);
    }

    /// <summary>The header's own words.</summary>
    public int HeaderBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(uint) + (int)(((uint)_word & (uint)RecordFlags.Wide) / ((uint)RecordFlags.Wide / sizeof(uint)));
    }

    /// <summary>From the start of the record to the first byte of the key.</summary>
    public int KeyOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => HeaderBytes + sizeof(ulong) * BitOperations.PopCount((uint)_word & (uint)RecordFlags.OptionalWords);
    }

    /// <summary>From the start of the record to the first byte of the value.</summary>
    public int ValueOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => KeyOffset + KeyBytes + NotesBytes;
    }

    /// <summary>From the start of the record to the word that <paramref name="flag"/> announces.</summary>
    public int OffsetOf(RecordFlags flag) =>
        HeaderBytes + sizeof(ulong) * BitOperations.PopCount((uint)_word & (uint)RecordFlags.OptionalWords & ((uint)flag - 1));

    /// <summary>Whether this is a live record of a key of so many bytes, without a mark, with all of its value in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWhole(int keyBytes) =>
        (((uint)_word ^ ((uint)(keyBytes - 1) << KeyShift)) & (((KeyMask << KeyShift) | FlagsMask) & ~AnyWhole)) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(RecordFlags flag) => ((uint)_word & (uint)flag) != 0;

    public RecordHeader With(RecordFlags flag) => new(_word | (uint)flag);

    /// <summary>Reads the header of a record, or whatever stands there: at least <see cref="LongestKeyOffset"/> readable bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe RecordHeader Read(byte* record)
    {
        ulong word = Volatile.Read(ref *(uint*)record);
        if ((word & (uint)RecordFlags.Wide) != 0)
            word |= (ulong)*(uint*)(record + sizeof(uint)) << HalfBits;
        return new(word);
    }

    /// <summary>Writes the header; the flags of a record that is there already change in one store.</summary>
    public unsafe void Write(byte* record)
    {
        if (Has(RecordFlags.Wide))
            *(uint*)(record + sizeof(uint)) = (uint)(_word >> HalfBits);
        Volatile.Write(ref *(uint*)record, (uint)_word);
    }

    /// <summary>
    /// The bytes of the value that stand in the record itself. A chained value keeps its beginning here and fills whole pages with the
    /// rest; where even that beginning would not fit a slab, all of it is in pages.
    /// </summary>
    public int InlineValueBytes(int slabBytes)
    {
        if (!Has(RecordFlags.Chain))
            return ValueBytes;
        int beginning = ValueBytes & (slabBytes - 1);
        return FitsSlab(KeyBytes, NotesBytes, beginning, slabBytes) ? beginning : 0;
    }

    /// <summary>
    /// Whether a record of this key and so many bytes of notes and value fits a slab, whichever optional words it has or gets later.
    /// </summary>
    public static bool FitsSlab(int keyBytes, int notesBytes, long valueBytes, int slabBytes) => LongestKeyOffset + keyBytes + notesBytes + valueBytes <= slabBytes;

    /// <summary>The pages of a chained value; 0 for one that is not chained.</summary>
    public int ChainPages(int slabBytes) => Has(RecordFlags.Chain) ? (int)(((long)ValueBytes - InlineValueBytes(slabBytes) + slabBytes - 1) / slabBytes) : 0;

    /// <summary>The bytes of the record in its slab, padding included; pages of a chain are not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int RecordBytes(int slabBytes)
    {
        int value = Has(RecordFlags.Chain) ? InlineValueBytes(slabBytes) : ValueBytes;
        return (int)(((uint)ValueOffset + (uint)value + (AlignmentBytes - 1)) & ~(uint)(AlignmentBytes - 1));
    }
}
