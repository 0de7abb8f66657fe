using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Strata.Entries;
using Strata.Keys;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>Writes that happen only where there is no value.</summary>
/// <remarks>
/// <para>An entry that is stale, invalidated, or says that there is no such value does not count, and is replaced. Entries that are added carry a version. A load of the key that is under way will not overwrite them.</para>
/// <para>Memory decides; what it took is then written to the tiers behind. So among the callers of one process exactly one adds; two processes that share a tier may both. An entry that only a tier behind has does not count.</para>
/// </remarks>
public sealed partial class TieredCache
{
    /// <summary>Keeps bytes, unless the key has a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Add(in CacheKey key, ReadOnlySpan<byte> value, EntryOptions options = default)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        CheckAtomic(value.Length, options);
        if (!WritesBehind(options))
            return ExchangeMemory(lease.Bytes, value, null, options).IsExchanged;
        return ExchangeEverywhereAsync(lease.Bytes.ToArray(), Copied(value), null, options, isBlocking: true, CancellationToken.None).Wait().IsExchanged;
    }

    /// <summary>Keeps text, unless the key has a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Add(in CacheKey key, string value, EntryOptions options = default) => AddWith(key, value, default(Utf8Payload), options);

    /// <summary>Keeps a struct without references, unless the key has a value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Add<T>(in CacheKey key, T value, EntryOptions options = default)
        where T : unmanaged => Add(key, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), options);

    /// <summary>Keeps a value through a serializer, unless the key has a value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="serializer">How it is written.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Add<T>(in CacheKey key, T value, IPayloadSerializer<T> serializer, EntryOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return AddWith(key, value, serializer, options);
    }

    /// <summary>Keeps a value as JSON, unless the key has a value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="typeInfo">How the type is written, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Add<T>(in CacheKey key, T value, JsonTypeInfo<T> typeInfo, EntryOptions options = default) => AddWith(key, value, new JsonPayload<T>(typeInfo), options);

    /// <summary>Keeps bytes, unless the key has a value without blocking for the tiers behind; memory is decided before the call returns.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> AddAsync(in CacheKey key, ReadOnlySpan<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        CheckAtomic(value.Length, options);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        if (!WritesBehind(options))
            return new(ExchangeMemory(lease.Bytes, value, null, options).IsExchanged);
        return IsExchangedAsync(ExchangeEverywhereAsync(lease.Bytes.ToArray(), Copied(value), null, options, isBlocking: false, cancellationToken));
    }

    /// <summary>Keeps text, unless the key has a value without blocking for the tiers behind; memory is decided before the call returns.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> AddAsync(in CacheKey key, string value, EntryOptions options = default, CancellationToken cancellationToken = default) => AddWithAsync(key, value, default(Utf8Payload), options, cancellationToken);

    /// <summary>Keeps a struct without references, unless the key has a value without blocking for the tiers behind; memory is decided before the call returns.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> AddAsync<T>(in CacheKey key, T value, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged => AddAsync(key, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), options, cancellationToken);

    /// <summary>Keeps a value through a serializer, unless the key has a value without blocking for the tiers behind; memory is decided before the call returns.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="serializer">How it is written.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> AddAsync<T>(in CacheKey key, T value, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return AddWithAsync(key, value, serializer, options, cancellationToken);
    }

    /// <summary>Keeps a value as JSON, unless the key has a value without blocking for the tiers behind; memory is decided before the call returns.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; it is copied.</param>
    /// <param name="typeInfo">How the type is written, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>Whether it was added; <c>false</c> also when no memory of this size could be freed just now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> AddAsync<T>(in CacheKey key, T value, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default) => AddWithAsync(key, value, new JsonPayload<T>(typeInfo), options, cancellationToken);

    private bool AddWith<T, TSerializer>(in CacheKey key, T value, TSerializer serializer, EntryOptions options)
        where TSerializer : IPayloadSerializer<T>
    {
        PayloadBuffer payload = Serialize(value, serializer);
        try
        {
            return Add(key, payload.WrittenSpan, options);
        }
        finally
        {
            payload.Return();
        }
    }

    private ValueTask<bool> AddWithAsync<T, TSerializer>(in CacheKey key, T value, TSerializer serializer, EntryOptions options, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        PayloadBuffer payload = Serialize(value, serializer);
        try
        {
            return AddAsync(key, payload.WrittenSpan, options, cancellationToken);
        }
        finally
        {
            payload.Return();
        }
    }

    private static async ValueTask<bool> IsExchangedAsync(ValueTask<ExchangeResult> exchange) => (await exchange.ConfigureAwait(false)).IsExchanged;

    private static PayloadBuffer Copied(ReadOnlySpan<byte> value)
    {
        PayloadBuffer payload = PayloadBuffer.Rent();
        payload.Write(value);
        return payload;
    }
}
