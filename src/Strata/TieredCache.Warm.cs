using Strata.Entries;
using Strata.Keys;
using Strata.Payloads;
using Strata.Warming;

namespace Strata;

/// <summary>Warming up: having entries in the cache before anybody asks for them.</summary>
/// <remarks>
/// Each key goes the way of <c>GetOrAddAsync</c>, with single flight and policies; so a warm-up may run beside traffic, and again. Keys are taken from the sequence as loads end, so it may be long. Progress is reported from
/// the threads that load, at most ten times a second, and once at the end.
/// </remarks>
public sealed partial class TieredCache
{
    /// <summary>Loads the keys of a sequence that are not there yet, several at a time.</summary>
    /// <typeparam name="TKey">What the caller calls an entry.</typeparam>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="keys">The keys.</param>
    /// <param name="keyOf">Makes the key of an entry.</param>
    /// <param name="factory">Makes the value of a key.</param>
    /// <param name="serializer">How values are written and read.</param>
    /// <param name="options">How many at a time, and how entries are kept; <c>null</c> takes the defaults.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends the warm-up.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="ArgumentNullException">An argument that is needed is <c>null</c>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. What was loaded stays.</exception>
    public Task<WarmProgress> WarmAsync<TKey, T>(
        IAsyncEnumerable<TKey> keys, KeyOf<TKey> keyOf, Func<TKey, LoadContext, ValueTask<T>> factory, IPayloadSerializer<T> serializer,
        WarmOptions? options = null, IProgress<WarmProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(keyOf);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(serializer);
        ThrowIfDisposed();
        return RunAsync(keys, (key, run, warm, token) => WarmOneAsync(key, keyOf, factory, serializer, run, warm, token), options, progress, cancellationToken);
    }

    /// <summary>Loads the keys of a sequence that are not there yet, several at a time.</summary>
    /// <inheritdoc cref="WarmAsync{TKey, T}(IAsyncEnumerable{TKey}, KeyOf{TKey}, Func{TKey, LoadContext, ValueTask{T}}, IPayloadSerializer{T}, WarmOptions, IProgress{WarmProgress}, CancellationToken)"/>
    public Task<WarmProgress> WarmAsync<TKey, T>(
        IEnumerable<TKey> keys, KeyOf<TKey> keyOf, Func<TKey, LoadContext, ValueTask<T>> factory, IPayloadSerializer<T> serializer,
        WarmOptions? options = null, IProgress<WarmProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return WarmAsync(keys.ToAsyncEnumerable(), keyOf, factory, serializer, options, progress, cancellationToken);
    }

    /// <summary>Loads the keys of a sequence that are not there yet, many by one call of the factory and several such calls at a time.</summary>
    /// <typeparam name="TKey">What the caller calls an entry.</typeparam>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="keys">The keys.</param>
    /// <param name="keyOf">Makes the key of an entry.</param>
    /// <param name="factory">Makes the values of the keys it is given, as for <c>GetOrAddManyAsync</c>.</param>
    /// <param name="serializer">How values are written and read.</param>
    /// <param name="options">How many at a time, how many keys a call, and how entries are kept; <c>null</c> takes the defaults.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends the warm-up.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="ArgumentNullException">An argument that is needed is <c>null</c>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. What was loaded stays.</exception>
    public Task<WarmProgress> WarmManyAsync<TKey, T>(
        IAsyncEnumerable<TKey> keys, KeyOf<TKey> keyOf, Func<IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>> factory, IPayloadSerializer<T> serializer,
        WarmOptions? options = null, IProgress<WarmProgress>? progress = null, CancellationToken cancellationToken = default)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(keyOf);
        ArgumentNullException.ThrowIfNull(factory);
        ArgumentNullException.ThrowIfNull(serializer);
        ThrowIfDisposed();
        return RunAsync(
            keys.Chunk((options ?? new()).BatchKeys), (batch, run, warm, token) => WarmBatchAsync(batch, keyOf, factory, serializer, run, warm, token), options, progress, cancellationToken);
    }

    /// <summary>Loads the keys of a sequence that are not there yet, many by one call of the factory and several such calls at a time.</summary>
    /// <inheritdoc cref="WarmManyAsync{TKey, T}(IAsyncEnumerable{TKey}, KeyOf{TKey}, Func{IReadOnlyList{TKey}, BatchLoadContext, ValueTask{Dictionary{TKey, T}}}, IPayloadSerializer{T}, WarmOptions, IProgress{WarmProgress}, CancellationToken)"/>
    public Task<WarmProgress> WarmManyAsync<TKey, T>(
        IEnumerable<TKey> keys, KeyOf<TKey> keyOf, Func<IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>> factory, IPayloadSerializer<T> serializer,
        WarmOptions? options = null, IProgress<WarmProgress>? progress = null, CancellationToken cancellationToken = default)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(keys);
        return WarmManyAsync(keys.ToAsyncEnumerable(), keyOf, factory, serializer, options, progress, cancellationToken);
    }

    private async Task<WarmProgress> RunAsync<TItem>(
        IAsyncEnumerable<TItem> items, Func<TItem, WarmRun, WarmOptions, CancellationToken, ValueTask> warm, WarmOptions? options, IProgress<WarmProgress>? progress, CancellationToken cancellationToken)
    {
        options ??= new WarmOptions();
        var run = new WarmRun(_time, progress);
        await Parallel.ForEachAsync(
            items,
            new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelism, CancellationToken = cancellationToken },
            (item, token) => warm(item, run, options, token)).ConfigureAwait(false);
        return run.End();
    }

    private async ValueTask WarmOneAsync<TKey, T>(
        TKey key, KeyOf<TKey> keyOf, Func<TKey, LoadContext, ValueTask<T>> factory, IPayloadSerializer<T> serializer, WarmRun run, WarmOptions options, CancellationToken cancellationToken)
    {
        var load = new WarmLoad<TKey, Func<TKey, LoadContext, ValueTask<T>>>(key, factory);
        try
        {
            await ObtainAsync(load).ConfigureAwait(false);
        }
        catch (Exception exception) when (!options.StopsAtFirstFailure && IsLoadFailure(exception, cancellationToken))
        {
            run.Count(failed: 1);
            return;
        }

        Count(run, load, keyCount: 1);

        ValueTask<T> ObtainAsync(WarmLoad<TKey, Func<TKey, LoadContext, ValueTask<T>>> state)
        {
            using CacheKey entryKey = keyOf(key);
            return GetOrAddAsync(
                entryKey,
                state,
                static async (state, context) =>
                {
                    // A refresh in the background is no part of the warm-up, which finds the value there.
                    if (context.IsRefresh)
                        return await state.Factory(state.Key, context).ConfigureAwait(false);
                    state.Asked = 1;
                    T value = await state.Factory(state.Key, context).ConfigureAwait(false);
                    state.End(value is null || context.IsNothing ? 0 : 1);
                    return value;
                },
                serializer,
                options.Entry,
                cancellationToken);
        }
    }

    private async ValueTask WarmBatchAsync<TKey, T>(
        TKey[] keys, KeyOf<TKey> keyOf, Func<IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>> factory, IPayloadSerializer<T> serializer,
        WarmRun run, WarmOptions options, CancellationToken cancellationToken)
        where TKey : notnull
    {
        var load = new WarmLoad<TKey[], Func<IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>>>(keys, factory);
        try
        {
            await GetOrAddManyAsync(
                keys,
                keyOf,
                load,
                static async (state, missing, context) =>
                {
                    if (context.IsRefresh)
                        return await state.Factory(missing, context).ConfigureAwait(false);
                    state.Asked = missing.Count;
                    Dictionary<TKey, T> loaded = await state.Factory(missing, context).ConfigureAwait(false);
                    state.End(missing.Count(key => loaded.TryGetValue(key, out T? value) && value is not null));
                    return loaded;
                },
                serializer,
                options.Entry,
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!options.StopsAtFirstFailure && IsLoadFailure(exception, cancellationToken))
        {
            // Without a load of its own it waited for one that failed: which keys that was about is not known.
            int failed = load.Asked > 0 ? load.Asked : keys.Length;
            run.Count(alreadyThere: keys.Length - failed, failed: failed);
            return;
        }

        Count(run, load, keys.Length);
    }

    private static void Count<TKey, TFactory>(WarmRun run, WarmLoad<TKey, TFactory> load, int keyCount) => run.Count(
        load.Loaded, alreadyThere: keyCount - load.Asked, withoutValue: load.HasFailed ? 0 : load.Asked - load.Loaded, failed: load.HasFailed ? load.Asked : 0);

    /// <summary>What goes wrong with one key is its own affair; a cache that is gone, or a caller, is not.</summary>
    private static bool IsLoadFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is not ObjectDisposedException && !IsCancellation(exception, cancellationToken);
}
