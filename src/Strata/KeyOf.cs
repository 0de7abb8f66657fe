namespace Strata;

/// <summary>Makes the key of an entry from what the caller calls it: <c>static id => $"user:{id}"</c>.</summary>
/// <typeparam name="TKey">The caller's key.</typeparam>
/// <param name="key">The caller's key.</param>
public delegate CacheKey KeyOf<in TKey>(TKey key);
