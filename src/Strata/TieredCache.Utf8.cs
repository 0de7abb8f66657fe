using System.Buffers;
using System.Runtime.InteropServices;
using Strata.Engine;
using Strata.Entries;
using Strata.Keys;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>The plainest verbs for keys that are UTF-8 already: the same as with a <see cref="CacheKey"/>, but for the few nanoseconds that making one takes.</summary>
public sealed partial class TieredCache
{
    /// <inheritdoc cref="TryGet(in CacheKey, Span{byte}, out int)"/>
    public bool TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes)
    {
        ThrowIfDisposed();
        KeyErrors.ThrowIfNotKey(key);
        PayloadRead read = PayloadRead.Special;
        if (ReadsStraight(key, default))
        {
            ReadOutcome outcome = _memory.TryGet(key, destination, out valueBytes);
            if (outcome is ReadOutcome.Hit or ReadOutcome.DestinationTooShort)
                return outcome == ReadOutcome.Hit;
            read = MemoryTier.ToPayloadRead(outcome);
            IsHit(read);
        }

        valueBytes = 0;
        if (!TryFind<byte[], BytesPayload>(read, key, default, out byte[]? value))
            return false;
        valueBytes = value.Length;
        return value.AsSpan().TryCopyTo(destination);
    }

    /// <inheritdoc cref="TryGet(in CacheKey, IBufferWriter{byte})"/>
    public bool TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfDisposed();
        KeyErrors.ThrowIfNotKey(key);
        PayloadRead read = ReadStraight(key, default, destination);
        if (read == PayloadRead.Hit)
            return true;
        if (!TryFind<byte[], BytesPayload>(read, key, default, out byte[]? value))
            return false;
        destination.Write(value);
        return true;
    }

    /// <inheritdoc cref="TryGet{T}(in CacheKey, out T)"/>
    public bool TryGet<T>(ReadOnlySpan<byte> key, out T value)
        where T : unmanaged
    {
        ThrowIfDisposed();
        KeyErrors.ThrowIfNotKey(key);
        PayloadRead read = ReadStraight(key, default, out value);
        return IsHit(read) || TryFind<T, UnmanagedPayload<T>>(read, key, default, out value);
    }

    /// <inheritdoc cref="Set(in CacheKey, ReadOnlySpan{byte}, EntryOptions)"/>
    public bool Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, EntryOptions options = default)
    {
        ThrowIfDisposed();
        KeyErrors.ThrowIfNotKey(key);
        ThrowIfTooLong(value.Length);
        if (!WritesBehind(options))
            return SetMemory(key, value, options);
        PayloadBuffer payload = PayloadBuffer.Rent();
        payload.Write(value);
        return SetEverywhereAsync(key.ToArray(), payload, options, isBlocking: true, CancellationToken.None).Wait();
    }

    /// <inheritdoc cref="Set{T}(in CacheKey, T, EntryOptions)"/>
    public bool Set<T>(ReadOnlySpan<byte> key, T value, EntryOptions options = default)
        where T : unmanaged => Set(key, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)), options);

    /// <inheritdoc cref="Remove(in CacheKey)"/>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        ThrowIfDisposed();
        KeyErrors.ThrowIfNotKey(key);
        return _tiers.Length == 0 ? RemoveMemory(key) : RemoveEverywhereAsync(key.ToArray(), isBlocking: true, CancellationToken.None).Wait();
    }
}
