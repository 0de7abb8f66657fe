using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;

namespace Strata;

/// <summary>The straight reads of memory: they answer for entries that are simply fresh, and leave all others to a closer look.</summary>
public sealed partial class TieredCache
{
    /// <summary>Whether a call reads memory straight; then no invalidated entry is there to be read.</summary>
    private bool ReadsStraight(ReadOnlySpan<byte> key, in EntryOptions options)
    {
        if (!ReadsMemory(options))
            return false;
        _memory.DropInvalidated(key);
        return true;
    }

    private PayloadRead ReadStraight<T>(ReadOnlySpan<byte> key, in EntryOptions options, out T value)
        where T : unmanaged
    {
        if (ReadsStraight(key, options))
            return _memory.TryGetUnmanaged(key, out value);
        value = default;
        return PayloadRead.Special;
    }

    private PayloadRead ReadStraight(ReadOnlySpan<byte> key, in EntryOptions options, out string? value)
    {
        if (ReadsStraight(key, options))
            return _front is { } front ? ReadShared<string, Utf8Payload>(front, key, default, out value) : _memory.TryGetString(key, out value);
        value = null;
        return PayloadRead.Special;
    }

    private PayloadRead ReadStraight<T, TSerializer>(ReadOnlySpan<byte> key, in EntryOptions options, TSerializer serializer, [MaybeNull] out T value)
        where TSerializer : IPayloadSerializer<T>
    {
        if (ReadsStraight(key, options))
            return _front is { } front && serializer.MakesImmutable ? ReadShared(front, key, serializer, out value) : _memory.TryGetWith(key, serializer, out value);
        value = default;
        return PayloadRead.Special;
    }

    private PayloadRead ReadStraight(ReadOnlySpan<byte> key, in EntryOptions options, IBufferWriter<byte> destination) =>
        ReadsStraight(key, options) ? _memory.TryGet(key, destination) : PayloadRead.Special;

    /// <summary>Counts what a straight read found and says whether it is the answer.</summary>
    private bool IsHit(PayloadRead read)
    {
        if (read == PayloadRead.Hit)
            return true;
        if (read == PayloadRead.Unreadable)
            _counters.CountUnreadable();
        else if (read == PayloadRead.TooLong)
            _counters.CountTooLong();
        else if (read == PayloadRead.Past)
            _counters.CountSecondLook();
        if (read is PayloadRead.Unreadable or PayloadRead.TooLong)
            _telemetry.Unreadable(_memory.Name);
        return false;
    }

    /// <summary>Answers a call without a factory that a straight read did not: by a closer look, then by the tiers behind, and blocks for them.</summary>
    private bool TryFind<T, TSerializer>(PayloadRead read, ReadOnlySpan<byte> key, TSerializer serializer, [NotNullWhen(true)] out T? value)
        where TSerializer : IPayloadSerializer<T>
    {
        CacheResult<T> result = default;
        if (_tiers.Length != 0)
            result = Obtain<T, TierLookup<T, TSerializer>>(read, key, new(serializer), default, CancellationToken.None);
        else if (read >= PayloadRead.Special)
            IsAnswered<T, TierLookup<T, TSerializer>>(read, key, new(serializer), default, out result);
        value = result.Value;
        return result.IsHit;
    }

    /// <summary>The same without blocking.</summary>
    private ValueTask<CacheResult<T>> FindAsync<T, TSerializer>(PayloadRead read, ReadOnlySpan<byte> key, TSerializer serializer, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        if (_tiers.Length != 0)
            return ObtainAsync<T, TierLookup<T, TSerializer>>(read, key, new(serializer), default, cancellationToken);
        CacheResult<T> result = default;
        if (read >= PayloadRead.Special)
            IsAnswered<T, TierLookup<T, TSerializer>>(read, key, new(serializer), default, out result);
        return new(result);
    }
}
