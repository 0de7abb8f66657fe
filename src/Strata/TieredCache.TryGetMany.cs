using Strata.Engine;
using Strata.Flights;
using Strata.Tiers;

namespace Strata;

/// <summary>Reads of many keys at once.</summary>
/// <remarks>
/// Each key by itself is read as by <c>TryGet</c>; the call as a whole is no snapshot. In memory the keys are read in stages, so that their cache misses overlap: where the entries are larger than the processor's caches, one
/// key costs a fraction of a single read. What memory does not have is asked of each tier behind in one call.
/// </remarks>
public sealed partial class TieredCache
{
    /// <summary>Reads the values of many keys.</summary>
    /// <param name="keys">The keys; one may occur more than once.</param>
    /// <param name="values">Receives the values, in the order of the keys; what it held is gone.</param>
    /// <returns>How many were found.</returns>
    /// <remarks>Hits in memory allocate nothing, once the batches have grown to their size. With tiers behind, blocks until they have answered for what memory does not have.</remarks>
    /// <exception cref="ArgumentNullException">A batch is <c>null</c>.</exception>
    /// <exception cref="ObjectDisposedException">The cache, or a batch, was disposed.</exception>
    public int TryGetMany(KeyBatch keys, ValueBatch values)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        ThrowIfDisposed();
        ReadMany(keys, values, default, refreshes: null);
        if (_tiers.Length != 0 && OpenPlaces(keys, values) is { } call)
        {
            ObtainManyAsync(call, default(ManyLookup), default, isBlocking: true, CancellationToken.None).Wait();
            Take(call, keys, values);
        }

        return values.End();
    }

    /// <summary>Reads the values of many keys without blocking for the tiers behind.</summary>
    /// <param name="keys">The keys; not to be changed until the task has ended.</param>
    /// <param name="values">Receives the values; not to be used until the task has ended.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>How many were found. Completes synchronously when memory has all of them, and when there are no tiers behind.</returns>
    /// <exception cref="ArgumentNullException">A batch is <c>null</c>.</exception>
    /// <exception cref="ObjectDisposedException">The cache, or a batch, was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> TryGetManyAsync(KeyBatch keys, ValueBatch values, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(values);
        ThrowIfDisposed();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        ReadMany(keys, values, default, refreshes: null);
        return _tiers.Length != 0 && OpenPlaces(keys, values) is { } call ? FindManyAsync(call, keys, values, cancellationToken) : new(values.End());
    }

    /// <summary>Reads the values of many keys as structs without references.</summary>
    /// <typeparam name="T">The type of the structs.</typeparam>
    /// <param name="keys">The keys; one may occur more than once.</param>
    /// <param name="values">Receives the values; the default where there is none.</param>
    /// <param name="isHit">Receives whether each was found.</param>
    /// <returns>How many were found. An entry of another size is counted as unreadable and is not.</returns>
    /// <remarks>Hits in memory allocate nothing. With tiers behind, blocks until they have answered for what memory does not have.</remarks>
    /// <exception cref="ArgumentNullException">The batch is <c>null</c>.</exception>
    /// <exception cref="ArgumentException">A span is shorter than the batch. Nothing was read.</exception>
    /// <exception cref="ObjectDisposedException">The cache, or the batch, was disposed.</exception>
    public int TryGetMany<T>(KeyBatch keys, Span<T> values, Span<bool> isHit)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (values.Length < keys.Count)
            throw new ArgumentException($"There is room for {values.Length} values of {keys.Count} keys.", nameof(values));
        if (isHit.Length < keys.Count)
            throw new ArgumentException($"There is room for {isHit.Length} answers to {keys.Count} keys.", nameof(isHit));
        ValueBatch found = t_found ?? new ValueBatch();
        t_found = null;
        try
        {
            TryGetMany(keys, found);
            int hits = 0;
            for (int i = 0; i < keys.Count; i++)
            {
                isHit[i] = found.TryGet(i, out values[i]);
                hits += isHit[i] ? 1 : 0;
                if (!isHit[i] && found.IsHit(i))
                    _counters.CountUnreadable();
            }

            return hits;
        }
        finally
        {
            t_found ??= found;
        }
    }

    [ThreadStatic]
    private static ValueBatch? t_found;

    private async ValueTask<int> FindManyAsync(BatchCall<byte[]> call, KeyBatch keys, ValueBatch values, CancellationToken cancellationToken)
    {
        await ObtainManyAsync(call, default(ManyLookup), default, isBlocking: false, cancellationToken).ConfigureAwait(false);
        Take(call, keys, values);
        return values.End();
    }

    /// <summary>The keys that memory knows nothing of; <c>null</c> when there are none.</summary>
    private static BatchCall<byte[]>? OpenPlaces(KeyBatch keys, ValueBatch values)
    {
        BatchCall<byte[]>? call = null;
        for (int i = 0; i < keys.Count; i++)
        {
            if (values.Reads[i].Outcome == ReadOutcome.Miss)
                (call ??= new BatchCall<byte[]>(keys)).Add(i);
        }

        return call;
    }

    private static void Take(BatchCall<byte[]> call, KeyBatch keys, ValueBatch values)
    {
        for (int i = 0; i < keys.Count; i++)
        {
            if (values.Reads[i].Outcome == ReadOutcome.Miss && call.SeatOf(i)?.Result is (true, { } value))
                values.Put(i, value);
        }
    }
}
