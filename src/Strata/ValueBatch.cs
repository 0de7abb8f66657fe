using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using Strata.Engine;
using Strata.Payloads;

namespace Strata;

/// <summary>
/// The values that a <c>TryGetMany</c> found, in the order of its keys. They are copies, and stay until the batch is used for the next call; it keeps its memory and then allocates nothing.
/// </summary>
/// <remarks>Not for two threads at once. <see cref="Dispose"/> gives the buffer back to the pool.</remarks>
public sealed class ValueBatch : IDisposable
{
    private PayloadBuffer? _bytes = PayloadBuffer.Rent();
    private BatchRead[] _reads = [];

    /// <summary>How many keys were asked for.</summary>
    public int Count { get; private set; }

    /// <summary>How many values were found.</summary>
    public int HitCount { get; private set; }

    internal Span<BatchRead> Reads => _reads.AsSpan(0, Count);

    internal PayloadBuffer Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes;
        }
    }

    /// <summary>Whether the value of a key was found.</summary>
    /// <param name="index">The key's place among the keys.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the batch.</exception>
    public bool IsHit(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _reads[index].Outcome == ReadOutcome.Hit;
    }

    /// <summary>Gets a value as bytes, without copying it.</summary>
    /// <param name="index">The key's place among the keys.</param>
    /// <param name="value">The bytes, valid until the batch is used again; empty when there is none.</param>
    /// <returns>Whether it was found.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the batch.</exception>
    public bool TryGet(int index, out ReadOnlySpan<byte> value)
    {
        bool isHit = IsHit(index);
        value = isHit ? Bytes.WrittenSpan.Slice(_reads[index].Start, _reads[index].ValueBytes) : [];
        return isHit;
    }

    /// <summary>Gets a value as a struct without references.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="index">The key's place among the keys.</param>
    /// <param name="value">The value; the default when there is none.</param>
    /// <returns>Whether it was found, and has the size of the struct.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the batch.</exception>
    public bool TryGet<T>(int index, out T value)
        where T : unmanaged => TryRead<T, UnmanagedPayload<T>>(index, default, out value);

    /// <summary>Gets a value as text.</summary>
    /// <param name="index">The key's place among the keys.</param>
    /// <param name="value">The text; <c>null</c> when there is none.</param>
    /// <returns>Whether it was found, and is UTF-8.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the batch.</exception>
    public bool TryGet(int index, [NotNullWhen(true)] out string? value) => TryRead<string, Utf8Payload>(index, default, out value);

    /// <summary>Gets a value through a serializer.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="index">The key's place among the keys.</param>
    /// <param name="serializer">How it is read.</param>
    /// <param name="value">The value; the default when there is none.</param>
    /// <returns>Whether it was found, and could be read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the batch.</exception>
    public bool TryGet<T>(int index, IPayloadSerializer<T> serializer, [NotNullWhen(true)] out T? value)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return TryRead<T, IPayloadSerializer<T>>(index, serializer, out value);
    }

    /// <summary>Gets a value from JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="index">The key's place among the keys.</param>
    /// <param name="typeInfo">How the type is read, for example <c>AppJson.Default.User</c>.</param>
    /// <param name="value">The value; the default when there is none.</param>
    /// <returns>Whether it was found, and could be read.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the batch.</exception>
    public bool TryGet<T>(int index, JsonTypeInfo<T> typeInfo, [NotNullWhen(true)] out T? value) => TryRead<T, JsonPayload<T>>(index, new(typeInfo), out value);

    /// <summary>Gives the buffer back. The batch must not be used afterwards.</summary>
    public void Dispose()
    {
        _bytes?.Return();
        _bytes = null;
        Count = 0;
        HitCount = 0;
    }

    /// <summary>Makes room for the answers to so many keys.</summary>
    internal void Begin(int count)
    {
        Bytes.Clear();
        if (_reads.Length < count)
            _reads = new BatchRead[Math.Max(count, 2 * _reads.Length)];
        Count = count;
        HitCount = 0;
        Reads.Clear();
    }

    internal ReadOnlySequence<byte> SequenceOf(int index) => Bytes.WrittenSequence.Slice(_reads[index].Start, _reads[index].ValueBytes);

    /// <summary>Puts a value behind the others.</summary>
    internal void Put(int index, ReadOnlySpan<byte> value)
    {
        _reads[index] = new BatchRead(ReadOutcome.Hit, Bytes.LengthBytes, value.Length);
        Bytes.Write(value);
    }

    /// <summary>Counts the hits, once all are there.</summary>
    internal int End()
    {
        int hits = 0;
        foreach (ref readonly BatchRead read in Reads)
            hits += read.Outcome == ReadOutcome.Hit ? 1 : 0;
        return HitCount = hits;
    }

    internal bool TryRead<T, TSerializer>(int index, TSerializer serializer, [NotNullWhen(true)] out T? value)
        where TSerializer : IPayloadSerializer<T>
    {
        value = default;
        return IsHit(index) && serializer.TryRead(SequenceOf(index), out value) && value is not null;
    }
}
