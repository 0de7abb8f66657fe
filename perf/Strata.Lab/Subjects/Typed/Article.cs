using System.ComponentModel;

namespace Strata.Lab.Subjects.Typed;

/// <summary>A class that declares itself immutable, as a shop would cache it.</summary>
[ImmutableObject(true)]
internal sealed record Article(long Id, string Name, long PriceCents, int Stock)
{
    private const int NameCount = 1024;

    private static readonly string[] s_names = [.. Enumerable.Range(0, NameCount).Select(index => $"article number {index}")];

    public static Article Of(int index) => new(index, s_names[index % NameCount], index * 7L, index % 99);

    /// <summary>What a reader reads: every field, and the text.</summary>
    public ulong Sum => (ulong)Id + (ulong)PriceCents + (ulong)Stock + Name[^1];
}
