using System.Diagnostics.CodeAnalysis;
using Strata.Entries;

namespace Strata;

/// <summary>The verbs for keys that know the type of their value. Each is that of the same name with a serializer, and costs the same; structs without references and strings are read as directly as by theirs.</summary>
public sealed partial class TieredCache
{
    /// <inheritdoc cref="TryGet{T}(in CacheKey, Payloads.IPayloadSerializer{T}, out T)"/>
    public bool TryGet<T>(in CacheKey<T> key, [NotNullWhen(true)] out T? value) => TryGet(key.Key, key.Serializer, out value);

    /// <inheritdoc cref="TryGetAsync{T}(in CacheKey, Payloads.IPayloadSerializer{T}, CancellationToken)"/>
    public ValueTask<CacheResult<T>> TryGetAsync<T>(in CacheKey<T> key, CancellationToken cancellationToken = default) =>
        TryGetAsync(key.Key, key.Serializer, cancellationToken);

    /// <inheritdoc cref="Set{T}(in CacheKey, T, Payloads.IPayloadSerializer{T}, EntryOptions)"/>
    public bool Set<T>(in CacheKey<T> key, T value, EntryOptions options = default) => Set(key.Key, value, key.Serializer, options);

    /// <inheritdoc cref="SetAsync{T}(in CacheKey, T, Payloads.IPayloadSerializer{T}, EntryOptions, CancellationToken)"/>
    public ValueTask<bool> SetAsync<T>(in CacheKey<T> key, T value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        SetAsync(key.Key, value, key.Serializer, options, cancellationToken);

    /// <inheritdoc cref="GetOrAdd{T}(in CacheKey, Func{LoadContext, T}, Payloads.IPayloadSerializer{T}, EntryOptions, CancellationToken)"/>
    public T GetOrAdd<T>(in CacheKey<T> key, Func<LoadContext, T> factory, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        GetOrAdd(key.Key, factory, key.Serializer, options, cancellationToken);

    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, Payloads.IPayloadSerializer{T}, EntryOptions, CancellationToken)"/>
    public T GetOrAdd<TState, T>(in CacheKey<T> key, TState state, Func<TState, LoadContext, T> factory, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        GetOrAdd(key.Key, state, factory, key.Serializer, options, cancellationToken);

    /// <inheritdoc cref="GetOrAddAsync{T}(in CacheKey, Func{LoadContext, ValueTask{T}}, Payloads.IPayloadSerializer{T}, EntryOptions, CancellationToken)"/>
    public ValueTask<T> GetOrAddAsync<T>(in CacheKey<T> key, Func<LoadContext, ValueTask<T>> factory, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        GetOrAddAsync(key.Key, factory, key.Serializer, options, cancellationToken);

    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, Payloads.IPayloadSerializer{T}, EntryOptions, CancellationToken)"/>
    public ValueTask<T> GetOrAddAsync<TState, T>(in CacheKey<T> key, TState state, Func<TState, LoadContext, ValueTask<T>> factory, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        GetOrAddAsync(key.Key, state, factory, key.Serializer, options, cancellationToken);

    /// <inheritdoc cref="Remove(in CacheKey)"/>
    public bool Remove<T>(in CacheKey<T> key) => Remove(key.Key);

    /// <inheritdoc cref="RemoveAsync(in CacheKey, CancellationToken)"/>
    public ValueTask<bool> RemoveAsync<T>(in CacheKey<T> key, CancellationToken cancellationToken = default) => RemoveAsync(key.Key, cancellationToken);
}
