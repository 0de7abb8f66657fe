namespace Strata.Engine.Insight;

/// <summary>A key that stands out.</summary>
/// <param name="Key">A copy of the key.</param>
/// <param name="ValueBytes">The length of its value in bytes.</param>
/// <param name="HitShare">Its part of all hits of late, 0 to 1, and rather too little than too much; 0 where that is not known.</param>
public readonly record struct KeyInsight(ReadOnlyMemory<byte> Key, int ValueBytes, double HitShare);
