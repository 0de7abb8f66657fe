using Strata.Engine;

namespace Strata.Tiers;

/// <summary>Finds an entry that still has the notes that were read.</summary>
internal readonly ref struct HasNotes(ReadOnlySpan<byte> notes) : IEntryTest
{
    private readonly ReadOnlySpan<byte> _notes = notes;

    public bool Matches(in EntryView entry) => entry.Notes.SequenceEqual(_notes);
}
