using System.Buffers.Binary;
using Strata.Invalidation;

namespace Strata.Entries;

/// <summary>
/// What the cache keeps with an entry beside its payload, as the engine's notes. An entry that needs none of it has no notes.
/// <code>
///  ┌─────────┬────────────┬───────────┬────────────┬─────────┬──────────┬────────┬──────────────┐
///  │ flags 1 │ sequence 8 │ grace 8   │ window 8   │ end 8   │ load 4   │ life 8 │ tag ids, 8 … │
///  └─────────┴────────────┴───────────┴────────────┴─────────┴──────────┴────────┴──────────────┘
///              each there only when its flag is set
/// </code>
/// </summary>
internal ref struct EntryNotes
{
    /// <summary>The longest notes of this cache: all fields and the most tags.</summary>
    public const int MaxBytes = sizeof(byte) + 5 * sizeof(long) + sizeof(int) + TagIds.MaxBytes;

    /// <summary>Which fields are there, and what kind of entry this is.</summary>
    public NoteFlags Flags;

    /// <summary>The number of the last invalidation that the entry's value is newer than.</summary>
    public long Sequence;

    /// <summary>How much of the entry's life, in milliseconds before its end, is grace: then it is stale.</summary>
    public long GraceMs;

    /// <summary>The sliding window, in milliseconds.</summary>
    public long WindowMs;

    /// <summary>When a sliding entry ends in any case, in milliseconds of the cache's clock.</summary>
    public long EndMs;

    /// <summary>How long the value took to load, in milliseconds.</summary>
    public int LoadMs;

    /// <summary>How long the value was to be fresh, in milliseconds.</summary>
    public long LifeMs;

    /// <summary>The entry's tags, as the bytes of <see cref="ulong"/> ids.</summary>
    public ReadOnlySpan<byte> TagBytes;

    /// <summary>Notes the sequence; 0 is none.</summary>
    public void SetSequence(long sequence)
    {
        Sequence = sequence;
        if (sequence != 0)
            Flags |= NoteFlags.Sequence;
    }

    public readonly bool Has(NoteFlags flag) => (Flags & flag) != 0;

    /// <summary>How long the entry is still fresh, in milliseconds, if it is past its soft time and ends in so many: 0 or less when it is stale. Without a note all that is left is grace.</summary>
    public readonly long FreshMs(long expiresInMs) => Has(NoteFlags.Grace) ? expiresInMs - GraceMs : 0;

    public readonly int TagCount => TagBytes.Length / sizeof(ulong);

    public readonly ulong TagAt(int index) => BinaryPrimitives.ReadUInt64LittleEndian(TagBytes[(index * sizeof(ulong))..]);

    /// <summary>Reads notes that <see cref="Write"/> wrote; no notes at all are an entry without anything special.</summary>
    public static EntryNotes Read(ReadOnlySpan<byte> bytes)
    {
        EntryNotes notes = default;
        if (bytes.IsEmpty)
            return notes;
        notes.Flags = (NoteFlags)bytes[0];
        bytes = bytes[1..];
        if (notes.Has(NoteFlags.Sequence))
            notes.Sequence = TakeLong(ref bytes);
        if (notes.Has(NoteFlags.Grace))
            notes.GraceMs = TakeLong(ref bytes);
        if (notes.Has(NoteFlags.Window))
            notes.WindowMs = TakeLong(ref bytes);
        if (notes.Has(NoteFlags.End))
            notes.EndMs = TakeLong(ref bytes);
        if (notes.Has(NoteFlags.Load))
        {
            notes.LoadMs = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            bytes = bytes[sizeof(int)..];
        }

        if (notes.Has(NoteFlags.Life))
            notes.LifeMs = TakeLong(ref bytes);
        notes.TagBytes = bytes;
        return notes;
    }

    /// <summary>Writes the notes and says how long they are; 0 when there is nothing to note.</summary>
    /// <param name="destination">At least <see cref="MaxBytes"/>.</param>
    public readonly int Write(Span<byte> destination)
    {
        if (Flags == NoteFlags.None && TagBytes.IsEmpty)
            return 0;
        destination[0] = (byte)Flags;
        int length = 1;
        if (Has(NoteFlags.Sequence))
            Put(destination, ref length, Sequence);
        if (Has(NoteFlags.Grace))
            Put(destination, ref length, GraceMs);
        if (Has(NoteFlags.Window))
            Put(destination, ref length, WindowMs);
        if (Has(NoteFlags.End))
            Put(destination, ref length, EndMs);
        if (Has(NoteFlags.Load))
        {
            BinaryPrimitives.WriteInt32LittleEndian(destination[length..], LoadMs);
            length += sizeof(int);
        }

        if (Has(NoteFlags.Life))
            Put(destination, ref length, LifeMs);
        TagBytes.CopyTo(destination[length..]);
        return length + TagBytes.Length;
    }

    private static long TakeLong(ref ReadOnlySpan<byte> bytes)
    {
        long value = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        bytes = bytes[sizeof(long)..];
        return value;
    }

    private static void Put(Span<byte> destination, ref int length, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination[length..], value);
        length += sizeof(long);
    }
}
