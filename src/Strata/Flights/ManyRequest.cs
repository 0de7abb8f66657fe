using Strata.Entries;

namespace Strata.Flights;

/// <summary>One call for the values of many of its caller's keys.</summary>
internal sealed class ManyRequest<TKey, T> : IDisposable
    where TKey : notnull
{
    public ManyRequest(IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(keyOf);
        Keys = [.. keys];
        Found = new Dictionary<TKey, T>(Keys.Length);
        foreach (TKey key in Keys)
        {
            using Strata.CacheKey entryKey = keyOf(key);
            Batch.Add(entryKey);
        }
    }

    public TKey[] Keys { get; }

    public KeyBatch Batch { get; } = new();

    public Dictionary<TKey, T> Found { get; }

    /// <summary>Takes what the flights brought.</summary>
    public void Take(BatchCall<T> call)
    {
        for (int i = 0; i < Keys.Length; i++)
        {
            if (call.SeatOf(i) is { Result: (true, { } value) })
                Found[Keys[i]] = value;
        }
    }

    public void Dispose() => Batch.Dispose();
}
