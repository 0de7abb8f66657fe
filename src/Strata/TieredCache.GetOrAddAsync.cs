using System.Buffers;
using System.Text.Json.Serialization.Metadata;
using Strata.Entries;
using Strata.Flights;
using Strata.Keys;
using Strata.Payloads;

namespace Strata;

/// <summary>Reads that make what is missing, without blocking a thread.</summary>
/// <remarks>
/// All that is said of <c>GetOrAdd</c> holds here. A hit in memory completes synchronously and allocates nothing but the string or object it returns. The factory runs on the calling thread until it first awaits, unless a tier behind has to be waited for before;
/// it always runs in the caller's execution context. Misuse (a bad key, a disposed cache) throws at the call, all else by the task.
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
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<T> GetOrAddAsync<T>(in CacheKey key, Func<LoadContext, ValueTask<T>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAddAsync(key, factory, static (make, context) => make(context), options, cancellationToken);
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
    public ValueTask<T> GetOrAddAsync<TState, T>(in CacheKey key, TState state, Func<TState, LoadContext, ValueTask<T>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        PayloadRead read = ReadStraight(lease.Bytes, options, out T value);
        if (IsHit(read))
            return new(value);
        return ValueOfAsync(ObtainAsync<T, AsyncLoad<TState, T, UnmanagedPayload<T>>>(read, lease.Bytes, new(state, factory, default), options, cancellationToken));
    }

    /// <summary>Gets text, or makes it and keeps it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the text.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The text that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<string> GetOrAddAsync(in CacheKey key, Func<LoadContext, ValueTask<string>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAddAsync(key, factory, static (make, context) => make(context), options, cancellationToken);
    }

    /// <summary>Gets text, or makes it from a state and keeps it.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Given to the factory.</param>
    /// <param name="factory">Makes the text.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>The text that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<string> GetOrAddAsync<TState>(in CacheKey key, TState state, Func<TState, LoadContext, ValueTask<string>> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<string>(cancellationToken);
        PayloadRead read = ReadStraight(lease.Bytes, options, out string? value);
        if (IsHit(read))
            return new(value!);
        return ValueOfAsync(ObtainAsync<string, AsyncLoad<TState, string, Utf8Payload>>(read, lease.Bytes, new(state, factory, default), options, cancellationToken));
    }

    /// <summary>Gets a value through a serializer, or makes it and keeps it.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="serializer">How it is written and read.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>A copy of the value that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<T> GetOrAddAsync<T>(in CacheKey key, Func<LoadContext, ValueTask<T>> factory, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAddAsync(key, factory, static (make, context) => make(context), serializer, options, cancellationToken);
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
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<T> GetOrAddAsync<TState, T>(in CacheKey key, TState state, Func<TState, LoadContext, ValueTask<T>> factory, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return GetOrAddWithAsync(key, state, factory, serializer, options, cancellationToken);
    }

    /// <summary>Gets a value from JSON, or makes it and keeps it.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="factory">Makes the value.</param>
    /// <param name="typeInfo">How the type is written and read, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <returns>A copy of the value that was kept, or the new one.</returns>
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<T> GetOrAddAsync<T>(in CacheKey key, Func<LoadContext, ValueTask<T>> factory, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return GetOrAddAsync(key, factory, static (make, context) => make(context), typeInfo, options, cancellationToken);
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
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask<T> GetOrAddAsync<TState, T>(in CacheKey key, TState state, Func<TState, LoadContext, ValueTask<T>> factory, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        GetOrAddWithAsync(key, state, factory, new JsonPayload<T>(typeInfo), options, cancellationToken);

    /// <summary>Writes bytes to a buffer writer, or has a factory make them and keeps them.</summary>
    /// <returns>A task that completes when the bytes are written.</returns>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="destination">Receives the bytes; not touched when the call fails.</param>
    /// <param name="state">Given to the factory.</param>
    /// <param name="factory">Writes the bytes to the writer it is given, which is not <paramref name="destination"/>.</param>
    /// <param name="options">How a new entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Lets this caller go.</param>
    /// <inheritdoc cref="GetOrAddAsync{TState, T}(in CacheKey, TState, Func{TState, LoadContext, ValueTask{T}}, EntryOptions, CancellationToken)" path="/exception"/>
    public ValueTask GetOrAddAsync<TState>(in CacheKey key, IBufferWriter<byte> destination, TState state, Func<TState, IBufferWriter<byte>, LoadContext, ValueTask> factory, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        PayloadRead read = ReadStraight(lease.Bytes, options, destination);
        if (read == PayloadRead.Hit)
            return ValueTask.CompletedTask;
        return CopyAsync(ObtainAsync<byte[], AsyncBytesLoad<TState>>(read, lease.Bytes, new(state, factory), options, cancellationToken), destination);
    }

    private ValueTask<T> GetOrAddWithAsync<TState, T, TSerializer>(in CacheKey key, TState state, Func<TState, LoadContext, ValueTask<T>> factory, TSerializer serializer, EntryOptions options, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        ArgumentNullException.ThrowIfNull(factory);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<T>(cancellationToken);
        PayloadRead read = ReadStraight<T, TSerializer>(lease.Bytes, options, serializer, out T? value);
        if (IsHit(read))
            return new(value!);
        return ValueOfAsync(ObtainAsync<T, AsyncLoad<TState, T, TSerializer>>(read, lease.Bytes, new(state, factory, serializer), options, cancellationToken));
    }

    private static ValueTask<T> ValueOfAsync<T>(ValueTask<CacheResult<T>> obtained)
    {
        return obtained.IsCompletedSuccessfully ? new(obtained.Result.Value!) : Await(obtained);

        static async ValueTask<T> Await(ValueTask<CacheResult<T>> obtained) => (await obtained.ConfigureAwait(false)).Value!;
    }

    private static async ValueTask CopyAsync(ValueTask<CacheResult<byte[]>> obtained, IBufferWriter<byte> destination) =>
        destination.Write((await obtained.ConfigureAwait(false)).Value);
}
