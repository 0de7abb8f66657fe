namespace Strata.Engine.Insight;

/// <summary>The entries of a store that are alike in some way, estimated for the whole store from those looked at.</summary>
/// <param name="EntryCount">How many they are.</param>
/// <param name="Bytes">The bytes of their keys, values and headers.</param>
public readonly record struct EntryClass(long EntryCount, long Bytes);
