using System.Text.Json.Serialization.Metadata;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>Reads of many keys that make what is missing.</summary>
/// <remarks>
/// <para>One factory is called, once, for all keys that neither memory nor a tier behind has and that nobody else is loading. Single flight holds for each key: who asks for one of them meanwhile waits for this load, and a key that
/// another caller is loading is waited for, not loaded again. Two calls with the same keys in any order never wait for each other's end, but for each other's work.</para>
/// <para>A key that the factory's answer leaves out has no value: it is missing in the result, and that is kept for <see cref="EntryPolicy.NegativeTtl"/> if the policy has one. A write, removal or clear of one key during the
/// load wins for that key alone. A factory that fails fails everyone who waits, but for keys whose policy has a stale value to stand in; this call fails unless all its keys have one.</para>
/// </remarks>
public sealed partial class TieredCache
{
    /// <summary>Gets structs without references of many keys, and makes those that are missing.</summary>
    /// <typeparam name="TKey">What the caller calls an entry.</typeparam>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="keys">The keys. Of equal ones one is loaded.</param>
    /// <param name="keyOf">Makes the key of an entry.</param>
    /// <param name="state">Goes to the factory.</param>
    /// <param name="factory">Makes the values of the keys it is given. A key that its answer leaves out has no value.</param>
    /// <param name="options">How new entries are kept; a <see cref="TimeSpan"/> is their time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The values that were kept or made, by the caller's keys; without those that have none.</returns>
    /// <exception cref="ArgumentNullException">An argument is <c>null</c>.</exception>
    /// <exception cref="ArgumentException">A key is not 1 to 4096 bytes, or malformed text. Nothing was begun then.</exception>
    /// <exception cref="InvalidOperationException">The factory returned <c>null</c>, or one of the keys is being loaded by a load that this call is part of.</exception>
    /// <exception cref="TimeoutException">The load took longer than the policy's hard deadline.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IReadOnlyDictionary<TKey, T> GetOrAddMany<TKey, TState, T>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, Dictionary<TKey, T>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull
        where T : unmanaged =>
        GetOrAddManyWith<TKey, TState, T, UnmanagedPayload<T>>(keys, keyOf, state, factory, default(UnmanagedPayload<T>), options, cancellationToken);

    /// <summary>Gets text of many keys, and makes those that are missing.</summary>
    /// <typeparam name="TKey">What the caller calls an entry.</typeparam>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="keys">The keys. Of equal ones one is loaded.</param>
    /// <param name="keyOf">Makes the key of an entry.</param>
    /// <param name="state">Goes to the factory.</param>
    /// <param name="factory">Makes the values of the keys it is given. A key that its answer leaves out has no value.</param>
    /// <param name="options">How new entries are kept; a <see cref="TimeSpan"/> is their time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The values that were kept or made, by the caller's keys; without those that have none.</returns>
    /// <inheritdoc cref="GetOrAddMany{TKey, TState, T}(IReadOnlyCollection{TKey}, KeyOf{TKey}, TState, Func{TState, IReadOnlyList{TKey}, BatchLoadContext, Dictionary{TKey, T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public IReadOnlyDictionary<TKey, string> GetOrAddMany<TKey, TState>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, Dictionary<TKey, string>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull =>
        GetOrAddManyWith<TKey, TState, string, Utf8Payload>(keys, keyOf, state, factory, default(Utf8Payload), options, cancellationToken);

    /// <summary>Gets values through a serializer of many keys, and makes those that are missing.</summary>
    /// <typeparam name="TKey">What the caller calls an entry.</typeparam>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="keys">The keys. Of equal ones one is loaded.</param>
    /// <param name="keyOf">Makes the key of an entry.</param>
    /// <param name="state">Goes to the factory.</param>
    /// <param name="factory">Makes the values of the keys it is given. A key that its answer leaves out has no value.</param>
    /// <param name="serializer">How the values are written and read.</param>
    /// <param name="options">How new entries are kept; a <see cref="TimeSpan"/> is their time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The values that were kept or made, by the caller's keys; without those that have none.</returns>
    /// <inheritdoc cref="GetOrAddMany{TKey, TState, T}(IReadOnlyCollection{TKey}, KeyOf{TKey}, TState, Func{TState, IReadOnlyList{TKey}, BatchLoadContext, Dictionary{TKey, T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public IReadOnlyDictionary<TKey, T> GetOrAddMany<TKey, TState, T>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, Dictionary<TKey, T>> factory, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return GetOrAddManyWith<TKey, TState, T, IPayloadSerializer<T>>(keys, keyOf, state, factory, serializer, options, cancellationToken);
    }

    /// <summary>Gets values as JSON of many keys, and makes those that are missing.</summary>
    /// <typeparam name="TKey">What the caller calls an entry.</typeparam>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="keys">The keys. Of equal ones one is loaded.</param>
    /// <param name="keyOf">Makes the key of an entry.</param>
    /// <param name="state">Goes to the factory.</param>
    /// <param name="factory">Makes the values of the keys it is given. A key that its answer leaves out has no value.</param>
    /// <param name="typeInfo">How the type is written and read, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How new entries are kept; a <see cref="TimeSpan"/> is their time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The values that were kept or made, by the caller's keys; without those that have none.</returns>
    /// <inheritdoc cref="GetOrAddMany{TKey, TState, T}(IReadOnlyCollection{TKey}, KeyOf{TKey}, TState, Func{TState, IReadOnlyList{TKey}, BatchLoadContext, Dictionary{TKey, T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public IReadOnlyDictionary<TKey, T> GetOrAddMany<TKey, TState, T>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, Dictionary<TKey, T>> factory, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull =>
        GetOrAddManyWith<TKey, TState, T, JsonPayload<T>>(keys, keyOf, state, factory, new JsonPayload<T>(typeInfo), options, cancellationToken);

    private IReadOnlyDictionary<TKey, T> GetOrAddManyWith<TKey, TState, T, TSerializer>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, Dictionary<TKey, T>> factory, TSerializer serializer, EntryOptions options, CancellationToken cancellationToken)
        where TKey : notnull
        where TSerializer : IPayloadSerializer<T>
    {
        ArgumentNullException.ThrowIfNull(factory);
        cancellationToken.ThrowIfCancellationRequested();
        using var request = new ManyRequest<TKey, T>(keys, keyOf);
        var load = new ManyLoad<TKey, TState, T, TSerializer>(request.Keys, state, factory, null, serializer);
        if (FindInMemory(request, load, options) is { } call)
        {
            ObtainManyAsync(call, load, options, isBlocking: true, cancellationToken).Wait();
            request.Take(call);
        }

        return request.Found;
    }

    /// <summary>Takes what memory has.</summary>
    /// <returns>The keys that it knows nothing of; <c>null</c> when there are none.</returns>
    private BatchCall<T>? FindInMemory<TKey, T, TLoad>(ManyRequest<TKey, T> request, TLoad load, in EntryOptions options)
        where TKey : notnull
        where TLoad : struct, IManyLoad<T>
    {
        ThrowIfDisposed();
        using var values = new ValueBatch();
        var refreshes = new List<int>();
        ReadMany(request.Batch, values, options, refreshes);
        BatchCall<T>? call = null;
        for (int i = 0; i < request.Keys.Length; i++)
        {
            ReadOutcome outcome = values.Reads[i].Outcome;
            if (outcome == ReadOutcome.Marked)
                continue;
            if (outcome == ReadOutcome.Hit && load.TryRead(values.SequenceOf(i), out T? value))
            {
                request.Found[request.Keys[i]] = value;
                continue;
            }

            if (outcome == ReadOutcome.Hit)
                _counters.CountUnreadable();
            refreshes.RemoveAll(refresh => refresh == i);
            (call ??= new BatchCall<T>(request.Batch)).Add(i);
        }

        if (refreshes.Count > 0)
            StartRefresh<T, TLoad>(request.Batch, refreshes, load, options);
        return call;
    }
}
