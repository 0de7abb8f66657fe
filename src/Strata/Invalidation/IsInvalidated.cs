using Strata.Engine;
using Strata.Entries;

namespace Strata.Invalidation;

/// <summary>Finds the entries that pending invalidations mean.</summary>
internal readonly struct IsInvalidated(PendingInvalidations pending) : IEntryTest
{
    public bool Matches(in EntryView entry)
    {
        EntryNotes notes = EntryNotes.Read(entry.Notes);
        return pending.IsDead(entry.Key, notes.Sequence, notes.TagBytes);
    }
}
