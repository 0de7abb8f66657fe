using System.Text.Json.Serialization.Metadata;
using Strata.Entries;
using Strata.Flights;
using Strata.Keys;
using Strata.Payloads;

namespace Strata;

/// <summary>Reads that wait for the tiers behind without blocking.</summary>
public sealed partial class TieredCache
{
    /// <summary>Reads a struct without references.</summary>
    /// <typeparam name="T">The type that was written.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The value, or a miss. Completes synchronously, without allocating, on a hit in memory and when there are no tiers behind.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<CacheResult<T>> TryGetAsync<T>(in CacheKey key, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<CacheResult<T>>(cancellationToken);
        PayloadRead read = ReadStraight(lease.Bytes, default, out T value);
        if (IsHit(read))
            return new(new CacheResult<T>(value));
        return FindAsync<T, UnmanagedPayload<T>>(read, lease.Bytes, default, cancellationToken);
    }

    /// <summary>Reads text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The text, or a miss. Completes synchronously on a hit in memory and when there are no tiers behind.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<CacheResult<string>> TryGetStringAsync(in CacheKey key, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<CacheResult<string>>(cancellationToken);
        PayloadRead read = ReadStraight(lease.Bytes, default, out string? value);
        if (IsHit(read))
            return new(new CacheResult<string>(value!));
        return FindAsync<string, Utf8Payload>(read, lease.Bytes, default, cancellationToken);
    }

    /// <summary>Reads a value through a serializer; <see cref="PayloadSerializer.Bytes"/> reads an array of bytes.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="serializer">How its bytes are read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The value, or a miss. Completes synchronously on a hit in memory and when there are no tiers behind.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<CacheResult<T>> TryGetAsync<T>(in CacheKey key, IPayloadSerializer<T> serializer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return TryGetWithAsync<T, IPayloadSerializer<T>>(key, serializer, cancellationToken);
    }

    /// <summary>Reads a value from JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="typeInfo">How the type is read, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The value, or a miss. Completes synchronously on a hit in memory and when there are no tiers behind.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<CacheResult<T>> TryGetAsync<T>(in CacheKey key, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken = default) =>
        TryGetWithAsync<T, JsonPayload<T>>(key, new(typeInfo), cancellationToken);

    private ValueTask<CacheResult<T>> TryGetWithAsync<T, TSerializer>(in CacheKey key, TSerializer serializer, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<CacheResult<T>>(cancellationToken);
        PayloadRead read = ReadStraight<T, TSerializer>(lease.Bytes, default, serializer, out T? value);
        if (IsHit(read))
            return new(new CacheResult<T>(value!));
        return FindAsync<T, TSerializer>(read, lease.Bytes, serializer, cancellationToken);
    }
}
