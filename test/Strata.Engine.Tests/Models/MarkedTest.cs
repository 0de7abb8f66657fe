namespace Strata.Engine.Tests.Models;

/// <summary>Means the marked entries.</summary>
internal readonly struct MarkedTest : IEntryTest
{
    public bool Matches(in EntryView entry) => entry.Info.IsMarked;
}
