using Strata.Engine.Layout;

namespace Strata.Engine;

/// <summary>Where a read puts what it finds. What a failed attempt copied may belong to another key, so it is wiped.</summary>
internal unsafe ref struct ReadTarget
{
    /// <summary>Where the value goes.</summary>
    public Span<byte> Value;

    /// <summary>Where the notes go: empty, or room for the longest.</summary>
    public Span<byte> Notes;

    /// <summary>Whether marked entries are delivered.</summary>
    public bool TakesMarked;

    /// <summary>The bytes of <see cref="Value"/> that a failed attempt wrote.</summary>
    public int DirtyBytes;

    /// <summary>Why an entry is not delivered here; <see cref="ReadOutcome.Hit"/> if it is.</summary>
    public readonly ReadOutcome Refuses(RecordHeader header) =>
        header.Has(RecordFlags.Marked) && !TakesMarked ? ReadOutcome.Marked
        : header.ValueBytes > Value.Length ? ReadOutcome.DestinationTooShort
        : ReadOutcome.Hit;

    /// <summary>Copies the notes, and the first bytes of the value.</summary>
    public readonly void Take(byte* record, RecordHeader header, int valueBytes)
    {
        byte* value = record + header.ValueOffset;
        CopyNotes(value - header.NotesBytes, header.NotesBytes, Notes);
        new ReadOnlySpan<byte>(value, valueBytes).CopyTo(Value);
    }

    /// <summary>Clears what is left of failed attempts, but for so many bytes of the value.</summary>
    public readonly void Wipe(int keptBytes = 0)
    {
        if (DirtyBytes > keptBytes)
            Value[keptBytes..DirtyBytes].Clear();
    }

    /// <summary>After an attempt that wrote so many bytes of value and failed: the next one writes over most of them.</summary>
    public void WipeLater(int valueBytes)
    {
        DirtyBytes = Math.Max(DirtyBytes, valueBytes);
        Notes.Clear();
    }

    /// <summary>Clears everything that an attempt with so many bytes of value wrote.</summary>
    public void WipeAll(int valueBytes)
    {
        WipeLater(valueBytes);
        Wipe();
    }

    /// <summary>Copies notes, if they are asked for. An unvalidated length may be longer than any notes.</summary>
    public static void CopyNotes(byte* notes, int notesBytes, Span<byte> destination)
    {
        if (!destination.IsEmpty)
            new ReadOnlySpan<byte>(notes, Math.Min(notesBytes, destination.Length)).CopyTo(destination);
    }
}
