using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Strata.Entries;
using Strata.Keys;
using Strata.Payloads;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Writes that wait for the tiers behind without blocking.</summary>
/// <remarks>Memory is written before the call returns; values are copied or serialized by then. A token that is cancelled later leaves tiers behind that were not reached unwritten.</remarks>
public sealed partial class TieredCache
{
    /// <summary>Keeps bytes, over whatever was there. A load of this key that is under way will not overwrite them.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The bytes; they are copied before the call returns. May be empty.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns><c>true</c> when memory and every tier behind took the value, as for <c>Set</c>.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the value is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> SetAsync(in CacheKey key, ReadOnlySpan<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        ThrowIfTooLong(value.Length);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        if (!WritesBehind(options))
            return new(SetMemory(lease.Bytes, value, options));
        PayloadBuffer payload = PayloadBuffer.Rent();
        payload.Write(value);
        return SetEverywhereAsync(lease.Bytes.ToArray(), payload, options, isBlocking: false, cancellationToken);
    }

    /// <summary>Keeps text as UTF-8.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The text.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes; the value is longer than <see cref="MaxValueBytes"/>; or one of them is not well-formed UTF-16. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> SetAsync(in CacheKey key, string value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        SetWithAsync(key, value, default(Utf8Payload), options, cancellationToken);

    /// <summary>Keeps a struct without references, as it lies in memory.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the struct is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> SetAsync<T>(in CacheKey key, T value, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged => SetAsync(key, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), options, cancellationToken);

    /// <summary>Keeps a value through a serializer.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="serializer">How it is written.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the payload is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> SetAsync<T>(in CacheKey key, T value, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return SetWithAsync(key, value, serializer, options, cancellationToken);
    }

    /// <summary>Keeps a value as JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="typeInfo">How the type is written, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the payload is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> SetAsync<T>(in CacheKey key, T value, JsonTypeInfo<T> typeInfo, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        SetWithAsync(key, value, new JsonPayload<T>(typeInfo), options, cancellationToken);

    private ValueTask<bool> SetWithAsync<T, TSerializer>(in CacheKey key, T value, TSerializer serializer, EntryOptions options, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        if (!WritesBehind(options))
            return new(SetWith(key, value, serializer, options));
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return SetEverywhereAsync(lease.Bytes.ToArray(), Serialize(value, serializer), options, isBlocking: false, cancellationToken, IsShared<T, TSerializer>(serializer) ? value : null);
    }

    /// <summary>Writes memory, then the tiers behind, and returns the payload to its pool.</summary>
    private async ValueTask<bool> SetEverywhereAsync(byte[] key, PayloadBuffer payload, EntryOptions options, bool isBlocking, CancellationToken cancellationToken, object? instance = null)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        Task? pending = _flights.BeginWrite(key, fingerprint);
        try
        {
            bool isKept = SetInMemory(key, payload.WrittenSpan, options, instance);
            if (pending is not null)
                await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            foreach (StackedTier tier in _tiers)
                isKept &= Took(await WriteAsync(tier, key, payload, options, isBlocking, cancellationToken).ConfigureAwait(false), key);
            return isKept;
        }
        finally
        {
            EndWrite(key, fingerprint);
            payload.Return();
        }
    }
}
