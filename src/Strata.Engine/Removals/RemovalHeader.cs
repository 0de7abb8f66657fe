using System.Runtime.InteropServices;

namespace Strata.Engine.Removals;

/// <summary>
/// What stands before a key and a value in a <see cref="RemovalQueue"/>. Events begin at multiples of its length, so that one always fits before the queue's end.
/// <code>
///  ┌──────────┬────────────┬─────────────┬──────────────┬─────────────────────┬───────┬─────────┬─────────┬─────────┐
///  │ reason 8 │ has value 8│ key bytes 16│value bytes 32│notes or entries 64  │ key … │ notes … │ value … │ padding │
///  └──────────┴────────────┴─────────────┴──────────────┴─────────────────────┴───────┴─────────┴─────────┴─────────┘
/// </code>
/// One entry has notes, and so many bytes of them; a clear has entries.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = HeaderBytes)]
internal readonly struct RemovalHeader
{
    public const int HeaderBytes = 16;

    private const byte EndReason = byte.MaxValue;

    private readonly byte _reason;
    private readonly byte _hasValue;
    private readonly ushort _keyBytes;
    private readonly int _valueBytes;
    private readonly long _notesOrEntries;

    private RemovalHeader(byte reason, bool hasValue, int keyBytes, int valueBytes, long notesOrEntries)
    {
        _reason = reason;
        _hasValue = hasValue ? (byte)1 : (byte)0;
        _keyBytes = (ushort)keyBytes;
        _valueBytes = valueBytes;
        _notesOrEntries = notesOrEntries;
    }

    /// <summary>The header behind which the queue goes on at its start.</summary>
    public static RemovalHeader End => new(EndReason, hasValue: false, 0, 0, 0);

    public int ValueBytes => _valueBytes;

    public int NotesBytes => Reason == RemovalReason.Cleared ? 0 : (int)_notesOrEntries;

    public long EntryCount => Reason == RemovalReason.Cleared ? _notesOrEntries : 1;

    public RemovalReason Reason => (RemovalReason)_reason;

    public bool HasValue => _hasValue != 0;

    public int KeyBytes => _keyBytes;

    public bool IsEnd => _reason == EndReason;

    /// <summary>The bytes of the key and the notes, and of the value if it is here.</summary>
    public int PayloadBytes => KeyBytes + NotesBytes + (HasValue ? ValueBytes : 0);

    /// <summary>The bytes of the whole event.</summary>
    public int EventBytes => EventBytesFor(PayloadBytes);

    public static RemovalHeader OfEntry(RemovalReason reason, int keyBytes, int notesBytes, int valueBytes, bool hasValue) =>
        new((byte)reason, hasValue, keyBytes, valueBytes, notesBytes);

    public static RemovalHeader OfClear(long entryCount) => new((byte)RemovalReason.Cleared, hasValue: false, 0, 0, entryCount);

    public static int EventBytesFor(int payloadBytes) => (HeaderBytes + payloadBytes + HeaderBytes - 1) & ~(HeaderBytes - 1);
}
