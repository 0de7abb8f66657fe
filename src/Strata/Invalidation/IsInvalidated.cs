using Strata.Engine;
using Strata.Entries;

namespace Strata.Invalidation;

/// <summary>Finds the entries for which pending invalidations have one fate.</summary>
internal readonly struct IsInvalidated(PendingInvalidations pending, EntryFate fate) : IEntryTest
{
    public bool Matches(in EntryView entry) => pending.FateOf(entry.Key, EntryNotes.Read(entry.Notes), entry.Info) == fate;
}
