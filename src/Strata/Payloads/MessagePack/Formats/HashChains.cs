namespace Strata.Payloads.MessagePack.Formats;

/// <summary>
/// Counts how many keys of a table with the default comparer share a bucket, so that a payload whose keys were chosen to collide is refused: each key would be compared with all before it, and the time grow with the square
/// of the payload's length. So a key costs at most <see cref="MaxLength"/> comparisons. Tables of strings need no watch: they turn to a keyed hash by themselves.
/// </summary>
/// <typeparam name="T">The keys.</typeparam>
internal readonly struct HashChains<T>
{
    /// <summary>Far beyond what keys that nobody chose for it come to; a table that has no more of them is not watched at all.</summary>
    public const int MaxLength = 1_000;

    private readonly ushort[]? _lengths;

    /// <param name="count">How many keys will come at most.</param>
    /// <param name="capacity">The capacity of the empty table, which is its number of buckets.</param>
    public HashChains(int count, int capacity) => _lengths = count > MaxLength && typeof(T) != typeof(string) ? new ushort[capacity] : null;

    /// <summary>Counts a key that the table did not have; <c>false</c> when it is one too many in its bucket.</summary>
    public bool TryCount(T key) =>
        _lengths is null || ++_lengths[(uint)(key is null ? 0 : EqualityComparer<T>.Default.GetHashCode(key)) % (uint)_lengths.Length] <= MaxLength;
}
