using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Strata.Entries;
using Strata.Flights;
using Strata.Keys;
using Strata.Payloads;

namespace Strata;

/// <summary>Reads.</summary>
public sealed partial class TieredCache
{
    /// <summary>Copies a value to a span.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Receives the value; what lies behind it is undefined afterwards, and all of it when the result is <c>false</c>.</param>
    /// <param name="valueBytes">The length of the value; 0 when there is none.</param>
    /// <returns>
    /// <c>true</c>: the value is in the destination. <c>false</c> with <paramref name="valueBytes"/> 0: there is no such entry. <c>false</c> with a greater
    /// <paramref name="valueBytes"/>: there is one, and the destination is shorter than that.
    /// </returns>
    /// <remarks>Allocates nothing on a hit in memory. With tiers behind, a miss in memory asks them and blocks until they answer.</remarks>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet(in CacheKey key, Span<byte> destination, out int valueBytes)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return TryGet(lease.Bytes, destination, out valueBytes);
    }

    /// <summary>Writes a value to a buffer writer.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Receives the value; advanced on a hit only.</param>
    /// <returns>Whether there is such an entry.</returns>
    /// <remarks>As for the other reads.</remarks>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet(in CacheKey key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return TryGet(lease.Bytes, destination);
    }

    /// <summary>Reads text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The text; <c>null</c> when there is none.</param>
    /// <returns>Whether there is such an entry, and its bytes are UTF-8.</returns>
    /// <remarks>Allocates the string alone on a hit in memory. With tiers behind, a miss in memory asks them and blocks until they answer.</remarks>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet(in CacheKey key, [NotNullWhen(true)] out string? value)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        PayloadRead read = ReadStraight(lease.Bytes, default, out value);
        return IsHit(read) ? value is not null : TryFind<string, Utf8Payload>(read, lease.Bytes, default, out value);
    }

    /// <summary>Reads a struct without references.</summary>
    /// <typeparam name="T">The type that was written; another of the same size reads its bytes as they lie.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; the default value when there is none.</param>
    /// <returns>Whether there is such an entry, of exactly the size of <typeparamref name="T"/>.</returns>
    /// <remarks>Allocates nothing on a hit in memory. With tiers behind, a miss in memory asks them and blocks until they answer.</remarks>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet<T>(in CacheKey key, out T value)
        where T : unmanaged
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return TryGet(lease.Bytes, out value);
    }

    /// <summary>Reads a value through a serializer.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="serializer">How its bytes are read.</param>
    /// <param name="value">The value, an instance of the caller's own; the default value when there is none.</param>
    /// <returns>Whether there is such an entry, and the serializer could read it.</returns>
    /// <remarks>Allocates what the serializer does on a hit in memory. With tiers behind, a miss in memory asks them and blocks until they answer.</remarks>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet<T>(in CacheKey key, IPayloadSerializer<T> serializer, [NotNullWhen(true)] out T? value)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return TryGetWith<T, IPayloadSerializer<T>>(key, serializer, out value);
    }

    /// <summary>Reads a value from JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="typeInfo">How the type is read, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="value">The value, an instance of the caller's own; the default value when there is none.</param>
    /// <returns>Whether there is such an entry, and it is JSON of this type.</returns>
    /// <remarks>Allocates the object alone on a hit in memory. With tiers behind, a miss in memory asks them and blocks until they answer.</remarks>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet<T>(in CacheKey key, JsonTypeInfo<T> typeInfo, [NotNullWhen(true)] out T? value) =>
        TryGetWith<T, JsonPayload<T>>(key, new(typeInfo), out value);

    private bool TryGetWith<T, TSerializer>(in CacheKey key, TSerializer serializer, [NotNullWhen(true)] out T? value)
        where TSerializer : IPayloadSerializer<T>
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        PayloadRead read = ReadStraight<T, TSerializer>(lease.Bytes, default, serializer, out value);
        return IsHit(read) ? value is not null : TryFind<T, TSerializer>(read, lease.Bytes, serializer, out value);
    }
}
