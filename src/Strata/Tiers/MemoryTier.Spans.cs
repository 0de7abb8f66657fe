using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Payloads;
using Strata.Telemetry;

namespace Strata.Tiers;

/// <summary>What the cache in front uses: spans in, values out, no task and no allocation but the result.</summary>
public sealed partial class MemoryTier
{
    /// <summary>Strings of up to so many bytes are decoded from the stack.</summary>
    private const int StackBytes = 256;

    /// <summary>Copies a value to a span. Now and then the read is timed, while somebody listens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes) =>
        _reads is { IsOn: true } && ReadSampler.IsDue() ? TryGetTimed(key, destination, out valueBytes) : _store.TryGet(key, destination, out valueBytes);

    internal PayloadRead TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination) =>
        ToPayloadReadOfPlain(_reads is { IsOn: true } && ReadSampler.IsDue() ? TryGetTimed(key, destination) : _store.TryGet(key, destination));

    internal ulong HashOf(ReadOnlySpan<byte> key) => _store.HashOf(key);

    /// <summary>Whether a read would deliver what was written with this version, which counts as a hit; see <see cref="ByteStore.IsCurrent"/>.</summary>
    internal bool IsCurrent(ReadOnlySpan<byte> key, ulong hash, long version) => _store.IsCurrent(key, hash, version);

    /// <summary>Reads an entry, whatever it is, with what is noted of it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="destination">Receives the value.</param>
    /// <param name="notes">Receives the notes; <see cref="EntryNotes.MaxBytes"/>.</param>
    /// <param name="info">What the store knows of it.</param>
    internal ReadOutcome Look(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, Span<byte> notes, out EntryInfo info) => _store.TryGet(key, destination, notes, out info);

    /// <summary>Gives an entry that still has these notes new times.</summary>
    internal void Extend(ReadOnlySpan<byte> key, ReadOnlySpan<byte> notes, TimeSpan soft, TimeSpan hard) => _store.Extend(key, new HasNotes(notes), soft, hard);

    /// <summary>Has an entry that is past its soft time read like a fresh one for a while: as long as it lives, or as long as it is fresh.</summary>
    internal void Postpone(ReadOnlySpan<byte> key, TimeSpan delay, bool mayBeStale)
    {
        if (!mayBeStale)
        {
            Span<byte> notes = stackalloc byte[WriteOptions.MaxNotesBytes];
            if (!_store.TryGetNotes(key, notes, out int notesBytes) || !_store.TryGetInfo(key, out EntryInfo info))
                return;
            long freshMs = EntryNotes.Read(notes[..notesBytes]).FreshMs(info.ExpiresInMs);
            if (freshMs <= 0)
                return;
            delay = TimeSpan.FromMilliseconds(Math.Min(freshMs, delay.TotalMilliseconds));
        }

        _store.Extend(key, default(IsPast), delay, null);
    }

    /// <summary>Removes an entry unless a flight is overtaken.</summary>
    internal void Remove(ReadOnlySpan<byte> key, Flight flight) => _store.Remove(key, new IsOwn(flight));

    /// <summary>Reads a value of exactly the size of <typeparamref name="T"/>.</summary>
    internal PayloadRead TryGetUnmanaged<T>(ReadOnlySpan<byte> key, out T value)
        where T : unmanaged
    {
        value = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<T>(ref value));
        ReadOutcome outcome = TryGet(key, bytes, out int valueBytes);
        if (outcome == ReadOutcome.Hit && valueBytes == bytes.Length)
            return PayloadRead.Hit;
        value = default;
        return outcome == ReadOutcome.Hit ? PayloadRead.Unreadable : ToPayloadRead(outcome);
    }

    /// <summary>Reads a value as text.</summary>
    internal PayloadRead TryGetString(ReadOnlySpan<byte> key, out string? value)
    {
        Span<byte> bytes = stackalloc byte[StackBytes];
        ReadOutcome outcome = TryGet(key, bytes, out int valueBytes);
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

    /// <summary>Reads a value by way of a serializer.</summary>
    internal PayloadRead TryGetWith<T, TSerializer>(ReadOnlySpan<byte> key, TSerializer serializer, [MaybeNull] out T value)
        where TSerializer : IPayloadSerializer<T>
    {
        // The compiler knows which types are structs, and drops the test for them; it would box them.
        if (!typeof(TSerializer).IsValueType && serializer is IDirectPayload<T> direct)
            return direct.TryGet(this, key, out value);
        return TryGetWith(key, serializer, out value, out _);
    }

    /// <summary>Reads a value by way of a pooled buffer and a serializer, and says which version it has.</summary>
    internal PayloadRead TryGetWith<T, TSerializer>(ReadOnlySpan<byte> key, TSerializer serializer, [MaybeNull] out T value, out long version)
        where TSerializer : IPayloadSerializer<T>
    {
        PayloadBuffer buffer = PayloadBuffer.Rent();
        try
        {
            value = default;
            PayloadRead read = ToPayloadReadOfPlain(_store.TryGetVersioned(key, buffer, out version));
            if (read != PayloadRead.Hit)
                return read;
            return serializer.TryRead(buffer.WrittenSequence, out value) && value is not null ? PayloadRead.Hit : PayloadRead.Unreadable;
        }
        finally
        {
            buffer.Return();
        }
    }

    internal bool Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, WriteFence fence = default) =>
        _store.Set(key, value, options, fence) == WriteOutcome.Stored;

    /// <summary>Writes an entry, and says which version it got; 0 when it has none or was not written.</summary>
    internal bool Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, out long version, WriteFence fence = default) =>
        _store.Set(key, value, options, out version, fence) == WriteOutcome.Stored;

    internal bool Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in WriteOptions options) => _store.Set(key, value, options) == WriteOutcome.Stored;

    internal bool Remove(ReadOnlySpan<byte> key) => _store.Remove(key);

    internal void Clear() => _store.Clear();

    internal static PayloadRead ToPayloadRead(ReadOutcome outcome) => outcome switch
    {
        ReadOutcome.Hit => PayloadRead.Hit,
        ReadOutcome.Miss => PayloadRead.Miss,
        ReadOutcome.DestinationTooShort => PayloadRead.TooLong,
        ReadOutcome.Stale => PayloadRead.Past,
        _ => PayloadRead.Special,
    };

    // Of reads that count and deliver nothing of an entry that is past its soft time.
    private static PayloadRead ToPayloadReadOfPlain(ReadOutcome outcome) => outcome == ReadOutcome.Stale ? PayloadRead.Special : ToPayloadRead(outcome);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOutcome TryGetTimed(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes)
    {
        long start = _reads!.Begin();
        ReadOutcome outcome = _store.TryGet(key, destination, out valueBytes);
        _reads.End(start, outcome);
        return outcome;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOutcome TryGetTimed(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        long start = _reads!.Begin();
        ReadOutcome outcome = _store.TryGet(key, destination);
        _reads.End(start, outcome);
        return outcome;
    }

    private static PayloadRead Decode(ReadOutcome outcome, ReadOnlySpan<byte> bytes, out string? value)
    {
        value = null;
        if (outcome != ReadOutcome.Hit)
            return ToPayloadRead(outcome);
        if (!Utf8.IsValid(bytes))
            return PayloadRead.Unreadable;
        value = Encoding.UTF8.GetString(bytes);
        return PayloadRead.Hit;
    }
}
