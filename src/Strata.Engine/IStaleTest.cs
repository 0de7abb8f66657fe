namespace Strata.Engine;

/// <summary>A condition on entries that are made stale, and how long they may be served then.</summary>
public interface IStaleTest : IEntryTest
{
    /// <summary>The most that an entry that matches lives on once it is made stale, in milliseconds; <see cref="long.MaxValue"/> for as long as it would. Called like <see cref="IEntryTest.Matches"/>, after it.</summary>
    long GraceMs(in EntryView entry);
}
