namespace Strata.Engine.Tests.Models;

/// <summary>Means the entries with notes.</summary>
internal readonly struct NotesTest : IEntryTest
{
    public bool Matches(in EntryView entry) => !entry.Notes.IsEmpty;
}
