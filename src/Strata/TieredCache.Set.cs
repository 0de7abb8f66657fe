using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using CommunityToolkit.HighPerformance.Buffers;
using Strata.Engine;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Keys;
using Strata.Payloads;
using Strata.Payloads.Compression;
using Strata.Tiers;

namespace Strata;

/// <summary>Writes.</summary>
/// <remarks>With tiers behind, these block until all have answered; <c>SetAsync</c> waits without blocking.</remarks>
public sealed partial class TieredCache
{
    /// <summary>Keeps bytes, over whatever was there. A load of this key that is under way will not overwrite them.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The bytes; they are copied. May be empty.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>
    /// <c>true</c> when memory and every tier behind took the value. <c>false</c> when one did not: no memory of this size could be freed just now, or a tier behind failed (which is counted).
    /// No former value is left in memory in either case.
    /// </returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the value is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Set(in CacheKey key, ReadOnlySpan<byte> value, EntryOptions options = default)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return Set(lease.Bytes, value, options);
    }

    /// <summary>Keeps bytes that lie in several pieces.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The bytes; they are copied. May be empty.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>As for a span of bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the value is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Set(in CacheKey key, in ReadOnlySequence<byte> value, EntryOptions options = default)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        ThrowIfTooLong(value.Length);
        if (!WritesBehind(options))
            return SetMemory(lease.Bytes, value, options);
        PayloadBuffer payload = PayloadBuffer.Rent();
        foreach (ReadOnlyMemory<byte> piece in value)
            payload.Write(piece.Span);
        return SetEverywhereAsync(lease.Bytes.ToArray(), payload, options, isBlocking: true, CancellationToken.None).Wait();
    }

    /// <summary>Keeps text as UTF-8.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The text.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes; the value is longer than <see cref="MaxValueBytes"/>; or one of them is not well-formed UTF-16. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Set(in CacheKey key, string value, EntryOptions options = default) => SetWith(key, value, default(Utf8Payload), options);

    /// <summary>Keeps a struct without references, as it lies in memory.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the struct is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Set<T>(in CacheKey key, T value, EntryOptions options = default)
        where T : unmanaged => Set(key, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), options);

    /// <summary>Keeps a value through a serializer.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="serializer">How it is written.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the payload is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Set<T>(in CacheKey key, T value, IPayloadSerializer<T> serializer, EntryOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return SetWith(key, value, serializer, options);
    }

    /// <summary>Keeps a value as JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="typeInfo">How the type is written, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>As for bytes.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; or the payload is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Set<T>(in CacheKey key, T value, JsonTypeInfo<T> typeInfo, EntryOptions options = default) => SetWith(key, value, new JsonPayload<T>(typeInfo), options);

    private bool SetWith<T, TSerializer>(in CacheKey key, T value, TSerializer serializer, EntryOptions options)
        where TSerializer : IPayloadSerializer<T>
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        PayloadBuffer payload = Serialize(value, serializer);
        if (WritesBehind(options))
            return SetEverywhereAsync(lease.Bytes.ToArray(), payload, options, isBlocking: true, CancellationToken.None, IsShared<T, TSerializer>(serializer) ? value : null).Wait();
        try
        {
            return SetMemory(lease.Bytes, payload.WrittenSpan, options, IsShared<T, TSerializer>(serializer) ? value : null);
        }
        finally
        {
            payload.Return();
        }
    }

    /// <summary>Makes the payload of a value, which the caller must return.</summary>
    private PayloadBuffer Serialize<T, TSerializer>(T value, TSerializer serializer)
        where TSerializer : IPayloadSerializer<T>
    {
        if (value is null)
            throw new ArgumentNullException(nameof(value), "The value is null; a cache cannot tell a stored null from nothing. Store a value that stands for \"none\", or remove the key.");
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            serializer.Write(value, payload);
            ThrowIfTooLong(payload.LengthBytes);
            return payload;
        }
        catch
        {
            payload.Return();
            throw;
        }
    }

    private bool SetMemory(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, EntryOptions options, object? instance = null)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        _flights.BeginWrite(key, fingerprint);
        try
        {
            return SetInMemory(key, value, options, instance);
        }
        finally
        {
            EndWrite(key, fingerprint);
        }
    }

    private bool SetMemory(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, EntryOptions options)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        _flights.BeginWrite(key, fingerprint);
        try
        {
            return SetInMemory(key, value, options);
        }
        finally
        {
            EndWrite(key, fingerprint);
        }
    }

    private bool SetInMemory(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in EntryOptions options, object? instance = null)
    {
        if (!WritesMemory(options))
            return IsGone(key);
        long sequence = _memory.Sequence;
        Span<byte> tags = options.Tags.IsEmpty ? [] : stackalloc byte[TagIds.MaxBytes];
        Span<byte> notes = stackalloc byte[EntryNotes.MaxBytes];
        using KeptPayload kept = Compressed(value, options, isShared: instance is not null);
        WriteOptions write = Compose(options, isNothing: false, loadMs: 0, sequence, TagIds.Write(options.Tags, tags), notes, kept.IsCompressed);
        write = write with { Versioned = write.Versioned || instance is not null };
        bool isKept = IsKept(_memory.Set(key, kept.Bytes, write, out long version), key);
        Share(key, version, instance);
        return isKept;
    }

    private bool SetInMemory(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in EntryOptions options)
    {
        if (!WritesMemory(options))
            return IsGone(key);
        if (_compression is not null && value.Length >= _compressionThresholdBytes)
        {
            using SpanOwner<byte> joined = SpanOwner<byte>.Allocate((int)value.Length);
            value.CopyTo(joined.Span);
            return SetInMemory(key, joined.Span, options);
        }

        long sequence = _memory.Sequence;
        Span<byte> tags = options.Tags.IsEmpty ? [] : stackalloc byte[TagIds.MaxBytes];
        Span<byte> notes = stackalloc byte[EntryNotes.MaxBytes];
        return IsKept(_memory.Set(key, value, Compose(options, isNothing: false, loadMs: 0, sequence, TagIds.Write(options.Tags, tags), notes)), key);
    }

    private bool IsKept(bool isStored, ReadOnlySpan<byte> key)
    {
        if (!isStored)
            _telemetry.NoSpace(key);
        return isStored;
    }

    /// <summary>What a write that leaves memory out does there: no older value stays.</summary>
    private bool IsGone(ReadOnlySpan<byte> key)
    {
        _memory.Remove(key);
        return true;
    }
}
