namespace Strata.Lab.Verbs;

/// <summary>What every verb is asked; null is the verb's own default.</summary>
internal sealed record Request(int? Entries, double? Seconds, int Seed, bool All)
{
    /// <summary>The sizes to measure: the one asked for, or the whole table, or the default.</summary>
    public IReadOnlyList<int> Sizes(int byDefault, params IReadOnlyList<int> all) => Entries is { } entries ? [entries] : All ? all : [byDefault];
}
