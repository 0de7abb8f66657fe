namespace Strata.Engine.Insight;

/// <summary>The entries whose time, an age or a remaining life, lies below a bound and not below the bound of the class before.</summary>
/// <param name="Below">The bound; <see cref="TimeSpan.MaxValue"/> for the last class.</param>
/// <param name="Entries">How many they are, and their bytes.</param>
public readonly record struct TimeClass(TimeSpan Below, EntryClass Entries);
