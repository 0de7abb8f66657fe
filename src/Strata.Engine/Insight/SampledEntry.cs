namespace Strata.Engine.Insight;

/// <summary>What an insight keeps of an entry it has looked at.</summary>
/// <param name="Id">Its <see cref="KeyId"/>.</param>
/// <param name="ValueBytes">The length of its value.</param>
/// <param name="EntryBytes">The bytes of its record and its chain.</param>
/// <param name="Frequency">The count of its slot.</param>
/// <param name="ExpiryMs">When it expires; <see cref="long.MaxValue"/> for never.</param>
/// <param name="AgeMs">The age of its slab.</param>
internal readonly record struct SampledEntry(ulong Id, int ValueBytes, long EntryBytes, int Frequency, long ExpiryMs, long AgeMs);
