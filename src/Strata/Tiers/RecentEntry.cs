namespace Strata.Tiers;

/// <summary>An entry that a tier lists among those that were written last.</summary>
/// <param name="Key">The key, in memory of its own, which is not written again.</param>
/// <param name="ValueBytes">About how long the value is, and not less.</param>
public readonly record struct RecentEntry(ReadOnlyMemory<byte> Key, int ValueBytes);
