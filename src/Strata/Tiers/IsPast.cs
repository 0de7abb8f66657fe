using Strata.Engine;
using Strata.Entries;

namespace Strata.Tiers;

/// <summary>Finds an entry that is past its soft time: not one that was written meanwhile, and none that was made stale while more than grace was left, which its notes would take for fresh afterwards.</summary>
internal readonly struct IsPast : IEntryTest
{
    public bool Matches(in EntryView entry) => entry.Info.SoftExpiresInMs <= 0 && !(entry.Info.WasMadeStale && EntryNotes.Read(entry.Notes).Has(NoteFlags.Grace));
}
