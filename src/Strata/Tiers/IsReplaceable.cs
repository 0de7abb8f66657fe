using Strata.Engine;
using Strata.Entries;

namespace Strata.Tiers;

/// <summary>Finds an entry that a reader would not get a value from: it is stale, or says that there is none.</summary>
internal readonly struct IsReplaceable : IEntryTest
{
    public bool Matches(in EntryView entry)
    {
        EntryNotes notes = EntryNotes.Read(entry.Notes);
        if (notes.Has(NoteFlags.Nothing) || entry.Info.WasMadeStale)
            return true;
        return entry.Info.SoftExpiresInMs <= 0 && !notes.Has(NoteFlags.Window) && notes.FreshMs(entry.Info.ExpiresInMs) <= 0;
    }
}
