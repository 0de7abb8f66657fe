using Strata.Engine;
using Strata.Entries;

namespace Strata.Invalidation;

/// <summary>Finds the entries for which pending invalidations have one fate.</summary>
internal readonly struct IsInvalidated(PendingInvalidations pending, EntryFate fate) : IStaleTest
{
    public bool Matches(in EntryView entry) => pending.FateOf(entry.Key, EntryNotes.Read(entry.Notes), entry.Info) == fate;

    /// <summary>The grace that the entry was written with: noted, or what lies between its times.</summary>
    public long GraceMs(in EntryView entry)
    {
        EntryNotes notes = EntryNotes.Read(entry.Notes);
        return notes.Has(NoteFlags.Grace) ? notes.GraceMs
            : entry.Info.ExpiresInMs == long.MaxValue ? long.MaxValue
            : entry.Info.ExpiresInMs - entry.Info.SoftExpiresInMs;
    }
}
