using System.Text.Json.Serialization.Metadata;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;

namespace Strata;

/// <summary>Reads of many keys that make what is missing without blocking.</summary>
public sealed partial class TieredCache
{
    /// <summary>Gets structs without references of many keys, and makes those that are missing without blocking.</summary>
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
    public ValueTask<IReadOnlyDictionary<TKey, T>> GetOrAddManyAsync<TKey, TState, T>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull
        where T : unmanaged =>
        GetOrAddManyWithAsync<TKey, TState, T, UnmanagedPayload<T>>(keys, keyOf, state, factory, default(UnmanagedPayload<T>), options, cancellationToken);

    /// <summary>Gets text of many keys, and makes those that are missing without blocking.</summary>
    /// <typeparam name="TKey">What the caller calls an entry.</typeparam>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="keys">The keys. Of equal ones one is loaded.</param>
    /// <param name="keyOf">Makes the key of an entry.</param>
    /// <param name="state">Goes to the factory.</param>
    /// <param name="factory">Makes the values of the keys it is given. A key that its answer leaves out has no value.</param>
    /// <param name="options">How new entries are kept; a <see cref="TimeSpan"/> is their time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The values that were kept or made, by the caller's keys; without those that have none.</returns>
    /// <inheritdoc cref="GetOrAddManyAsync{TKey, TState, T}(IReadOnlyCollection{TKey}, KeyOf{TKey}, TState, Func{TState, IReadOnlyList{TKey}, BatchLoadContext, ValueTask{Dictionary{TKey, T}}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<IReadOnlyDictionary<TKey, string>> GetOrAddManyAsync<TKey, TState>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, string>>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull =>
        GetOrAddManyWithAsync<TKey, TState, string, Utf8Payload>(keys, keyOf, state, factory, default(Utf8Payload), options, cancellationToken);

    /// <summary>Gets values through a serializer of many keys, and makes those that are missing without blocking.</summary>
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
    /// <inheritdoc cref="GetOrAddManyAsync{TKey, TState, T}(IReadOnlyCollection{TKey}, KeyOf{TKey}, TState, Func{TState, IReadOnlyList{TKey}, BatchLoadContext, ValueTask{Dictionary{TKey, T}}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<IReadOnlyDictionary<TKey, T>> GetOrAddManyAsync<TKey, TState, T>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>> factory, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return GetOrAddManyWithAsync<TKey, TState, T, IPayloadSerializer<T>>(keys, keyOf, state, factory, serializer, options, cancellationToken);
    }

    /// <summary>Gets values as JSON of many keys, and makes those that are missing without blocking.</summary>
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
    /// <inheritdoc cref="GetOrAddManyAsync{TKey, TState, T}(IReadOnlyCollection{TKey}, KeyOf{TKey}, TState, Func{TState, IReadOnlyList{TKey}, BatchLoadContext, ValueTask{Dictionary{TKey, T}}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<IReadOnlyDictionary<TKey, T>> GetOrAddManyAsync<TKey, TState, T>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>> factory, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default)
        where TKey : notnull =>
        GetOrAddManyWithAsync<TKey, TState, T, JsonPayload<T>>(keys, keyOf, state, factory, new JsonPayload<T>(typeInfo), options, cancellationToken);

    private async ValueTask<IReadOnlyDictionary<TKey, T>> GetOrAddManyWithAsync<TKey, TState, T, TSerializer>(
        IReadOnlyCollection<TKey> keys, KeyOf<TKey> keyOf, TState state, Func<TState, IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>> factory, TSerializer serializer, EntryOptions options, CancellationToken cancellationToken)
        where TKey : notnull
        where TSerializer : IPayloadSerializer<T>
    {
        ArgumentNullException.ThrowIfNull(factory);
        cancellationToken.ThrowIfCancellationRequested();
        using var request = new ManyRequest<TKey, T>(keys, keyOf);
        var load = new ManyLoad<TKey, TState, T, TSerializer>(request.Keys, state, null, factory, serializer);
        if (FindInMemory(request, load, options) is { } call)
        {
            await ObtainManyAsync(call, load, options, isBlocking: false, cancellationToken).ConfigureAwait(false);
            request.Take(call);
        }

        return request.Found;
    }
}
