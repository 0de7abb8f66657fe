using Strata.Engine.Hashing;
using Strata.Engine.Layout;

namespace Strata.Engine;

/// <content>Reads of notes alone.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>Copies the notes of an entry, without its value. Counts neither as a hit nor as a miss, and takes a lock only when writers overtake it again and again.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="notes">Where the notes go: at least <see cref="WriteOptions.MaxNotesBytes"/>. What lies behind them is unspecified.</param>
    /// <param name="notesBytes">The length of the notes; 0 when the entry has none, or there is no live one.</param>
    /// <returns>Whether there is a live entry.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long, or the notes' destination too short.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool TryGetNotes(ReadOnlySpan<byte> key, Span<byte> notes, out int notesBytes)
    {
        OptionsCheck.NotesRoom(notes.Length);
        CheckKey(key);
        notesBytes = 0;
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            for (int attempt = 0; attempt < ReadAttempts; attempt++)
            {
                bool isFound = TryLocate(keyBytes, key.Length, hash, out Sighting seen);
                RecordWords words = isFound ? RecordReader.WordsOf(seen.Record, seen.Header) : default;
                if (!IsStill(in seen))
                    continue;
                if (isFound)
                    ReadTarget.CopyNotes(seen.Record + seen.Header.KeyOffset + seen.Header.KeyBytes, seen.Header.NotesBytes, notes);
                bool isLive = isFound && IsLive(ref words);
                if (isFound && (!IsStill(in seen) || (!isLive && WasTouched(in seen, in words))))
                    continue;
                notesBytes = isLive ? seen.Header.NotesBytes : 0;
                return isLive;
            }
        }

        // Under the lock, by a test that looks and has nothing removed.
        notesBytes = -1;
        Remove(key, new NotesCopy(notes, ref notesBytes));
        bool isThere = notesBytes >= 0;
        notesBytes = Math.Max(0, notesBytes);
        return isThere;
    }

    private readonly ref struct NotesCopy(Span<byte> notes, ref int notesBytes) : IEntryTest
    {
        private readonly Span<byte> _notes = notes;
        private readonly ref int _notesBytes = ref notesBytes;

        public bool Matches(in EntryView entry)
        {
            entry.Notes.CopyTo(_notes);
            _notesBytes = entry.Notes.Length;
            return false;
        }
    }
}
