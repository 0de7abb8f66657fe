using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Strata.Engine;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Tiers;

/// <summary>What the cache in front uses: spans in, values out, no task and no allocation but the result.</summary>
public sealed partial class MemoryTier
{
    /// <summary>Strings of up to so many bytes are decoded from the stack.</summary>
    private const int StackBytes = 256;

    internal ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes) => _store.TryGet(key, destination, out valueBytes);

    internal bool TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination) => _store.TryGet(key, destination, out EntryInfo _) == ReadOutcome.Hit;

    /// <summary>Reads a value of exactly the size of <typeparamref name="T"/>.</summary>
    internal PayloadRead TryGetUnmanaged<T>(ReadOnlySpan<byte> key, out T value)
        where T : unmanaged
    {
        value = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<T>(ref value));
        ReadOutcome outcome = _store.TryGet(key, bytes, out int valueBytes);
        if (outcome == ReadOutcome.Hit && valueBytes == bytes.Length)
            return PayloadRead.Hit;
        value = default;
        return outcome switch
        {
            ReadOutcome.Miss => PayloadRead.Miss,
            ReadOutcome.DestinationTooShort => PayloadRead.TooLong,
            _ => PayloadRead.Unreadable,
        };
    }

    /// <summary>Reads a value as text.</summary>
    internal PayloadRead TryGetString(ReadOnlySpan<byte> key, out string? value)
    {
        Span<byte> bytes = stackalloc byte[StackBytes];
        ReadOutcome outcome = _store.TryGet(key, bytes, out int valueBytes);
        if (outcome != ReadOutcome.DestinationTooShort)
            return Decode(outcome, bytes[..Math.Min(valueBytes, StackBytes)], out value);

        // A writer may replace the value by a longer one between two tries; each try makes room for what the last one saw.
        while (true)
        {
            using SpanOwner<byte> rented = SpanOwner<byte>.Allocate(valueBytes);
            outcome = _store.TryGet(key, rented.Span, out valueBytes);
            if (outcome != ReadOutcome.DestinationTooShort)
                return Decode(outcome, rented.Span[..Math.Min(valueBytes, rented.Length)], out value);
        }
    }

    /// <summary>Reads a value by way of a pooled buffer and a serializer.</summary>
    internal PayloadRead TryGetWith<T, TSerializer>(ReadOnlySpan<byte> key, TSerializer serializer, [MaybeNull] out T value)
        where TSerializer : IPayloadSerializer<T>
    {
        PayloadBuffer buffer = PayloadBuffer.Rent();
        try
        {
            value = default;
            if (!TryGet(key, buffer))
                return PayloadRead.Miss;
            return serializer.TryRead(buffer.WrittenSequence, out value) && value is not null ? PayloadRead.Hit : PayloadRead.Unreadable;
        }
        finally
        {
            buffer.Return();
        }
    }

    internal bool Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, EntryOptions options, WriteFence fence = default) =>
        _store.Set(key, value, ToWriteOptions(options), fence) == WriteOutcome.Stored;

    internal WriteOutcome Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, EntryOptions options, WriteFence fence = default) =>
        _store.Set(key, value, ToWriteOptions(options), fence);

    internal bool Remove(ReadOnlySpan<byte> key) => _store.Remove(key);

    internal void Clear() => _store.Clear();

    private static PayloadRead Decode(ReadOutcome outcome, ReadOnlySpan<byte> bytes, out string? value)
    {
        value = null;
        if (outcome == ReadOutcome.Miss)
            return PayloadRead.Miss;
        if (!Utf8.IsValid(bytes))
            return PayloadRead.Unreadable;
        value = Encoding.UTF8.GetString(bytes);
        return PayloadRead.Hit;
    }
}
