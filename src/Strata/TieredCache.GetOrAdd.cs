using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Strata.Entries;
using Strata.Flights;
using Strata.Keys;
using Strata.Payloads;

namespace Strata;

/// <summary>Reads that make what is missing.</summary>
/// <remarks>
/// <para>A factory is called when neither memory nor a tier behind has the key, once for all callers that ask for it meanwhile, synchronous and asynchronous ones alike. It runs on the thread and in the execution context of
/// the caller that came first, under no lock. The others wait; each gets a copy of the value. State is passed to it, so that it can be a <c>static</c> lambda.</para>
/// <para>A factory that throws fails the call of everyone who waits with the same exception, and nothing is kept; so does one that returns <c>null</c>, with <see cref="InvalidOperationException"/>. One that asks, directly or by way of other
/// loads, for the key it is loading gets an <see cref="InvalidOperationException"/> instead of waiting for itself. A value longer than <see cref="MaxValueBytes"/> goes to the callers and is not kept.</para>
/// <para>A token lets its own caller go; when the last caller has gone, <see cref="LoadContext.CancellationToken"/> is cancelled and the key is free. A caller that runs a synchronous factory itself goes when that returns.</para>
/// <para>A hit in memory allocates nothing but the string or object it returns. With tiers behind, these block until the tiers answer; <c>GetOrAddAsync</c> does not.</para>
/// </remarks>
public sealed partial class TieredCache
{
    /// <summary>Gets a struct without references, or makes it and keeps it.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The value that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public T GetOrAdd<T>(in CacheKey key, Func<LoadContext, T> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAdd(key, factory, static (make, context) => make(context), options, cancellationToken);
    }

    /// <summary>Gets a struct without references, or makes it from a state and keeps it.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Given to the factory.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The value that was kept, or the new one.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="InvalidOperationException">The factory returned <c>null</c> or asked for its own key.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public T GetOrAdd<TState, T>(in CacheKey key, TState state, Func<TState, LoadContext, T> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        cancellationToken.ThrowIfCancellationRequested();
        PayloadRead read = ReadStraight(lease.Bytes, options, out T value);
        if (IsHit(read))
            return value;
        return Obtain<T, SyncLoad<TState, T, UnmanagedPayload<T>>>(read, lease.Bytes, new(state, factory, default), options, cancellationToken).Value;
    }

    /// <summary>Gets text, or makes it and keeps it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the text.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The text that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public string GetOrAdd(in CacheKey key, Func<LoadContext, string> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAdd(key, factory, static (make, context) => make(context), options, cancellationToken);
    }

    /// <summary>Gets text, or makes it from a state and keeps it.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Given to the factory.</param>
    /// <param name="factory">Makes the text.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The text that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public string GetOrAdd<TState>(in CacheKey key, TState state, Func<TState, LoadContext, string> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        cancellationToken.ThrowIfCancellationRequested();
        PayloadRead read = ReadStraight(lease.Bytes, options, out string? value);
        if (IsHit(read))
            return value!;
        return Obtain<string, SyncLoad<TState, string, Utf8Payload>>(read, lease.Bytes, new(state, factory, default), options, cancellationToken).Value!;
    }

    /// <summary>Gets a value through a serializer, or makes it and keeps it.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="serializer">How it is written and read.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>A copy of the value that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public T GetOrAdd<T>(in CacheKey key, Func<LoadContext, T> factory, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAdd(key, factory, static (make, context) => make(context), serializer, options, cancellationToken);
    }

    /// <summary>Gets a value through a serializer, or makes it from a state and keeps it.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Given to the factory.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="serializer">How it is written and read.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>A copy of the value that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public T GetOrAdd<TState, T>(in CacheKey key, TState state, Func<TState, LoadContext, T> factory, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return GetOrAddWith(key, state, factory, serializer, options, cancellationToken);
    }

    /// <summary>Gets a value from JSON, or makes it and keeps it.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="typeInfo">How the type is written and read, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>A copy of the value that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public T GetOrAdd<T>(in CacheKey key, Func<LoadContext, T> factory, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAdd(key, factory, static (make, context) => make(context), typeInfo, options, cancellationToken);
    }

    /// <summary>Gets a value from JSON, or makes it from a state and keeps it.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Given to the factory.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="typeInfo">How the type is written and read, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>A copy of the value that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public T GetOrAdd<TState, T>(in CacheKey key, TState state, Func<TState, LoadContext, T> factory, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        GetOrAddWith(key, state, factory, new JsonPayload<T>(typeInfo), options, cancellationToken);

    /// <summary>Writes bytes to a buffer writer, or has a factory make them and keeps them.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="destination">Receives the bytes; not touched when the call fails.</param>
    /// <param name="state">Given to the factory.</param>
    /// <param name="factory">Writes the bytes to the writer it is given, which is not <paramref name="destination"/>.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <inheritdoc cref="GetOrAdd{TState, T}(in CacheKey, TState, Func{TState, LoadContext, T}, EntryOptions, CancellationToken)" path="/exception"/>
    public void GetOrAdd<TState>(in CacheKey key, IBufferWriter<byte> destination, TState state, Action<TState, IBufferWriter<byte>, LoadContext> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        cancellationToken.ThrowIfCancellationRequested();
        PayloadRead read = ReadStraight(lease.Bytes, options, destination);
        if (read != PayloadRead.Hit)
            destination.Write(Obtain<byte[], SyncBytesLoad<TState>>(read, lease.Bytes, new(state, factory), options, cancellationToken).Value);
    }

    private T GetOrAddWith<TState, T, TSerializer>(in CacheKey key, TState state, Func<TState, LoadContext, T> factory, TSerializer serializer, EntryOptions options, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        cancellationToken.ThrowIfCancellationRequested();
        PayloadRead read = ReadStraight<T, TSerializer>(lease.Bytes, options, serializer, out T? value);
        if (IsHit(read))
            return value!;
        return Obtain<T, SyncLoad<TState, T, TSerializer>>(read, lease.Bytes, new(state, factory, serializer), options, cancellationToken).Value!;
    }
}
