using System.Buffers;

namespace Strata.Engine.Stress.Torture;

/// <summary>What the torture needs of a store: <see cref="ByteStore"/> by another name, so that a store with known faults can stand in for it.</summary>
internal interface ITortureTarget : IDisposable
{
    long MaxValueBytes { get; }

    /// <summary>What is never exceeded, whatever capacity was set.</summary>
    long MaxCapacityBytes { get; }

    ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out EntryInfo info);

    ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes);

    int TryGetMany(in ByteSpans keys, Span<byte> destination, Span<BatchRead> results);

    ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out EntryInfo info);

    /// <summary>Leases a value: its bytes stay as they are until what is returned is disposed. Null on a miss.</summary>
    IDisposable? TryLease(ReadOnlySpan<byte> key, out ReadOnlySequence<byte> value);

    bool TryGetInfo(ReadOnlySpan<byte> key, out EntryInfo info);

    WriteOutcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, WriteFence fence);

    WriteOutcome Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in WriteOptions options, WriteFence fence);

    WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options);

    WriteOutcome CompareExchange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expectedVersion, in WriteOptions options, out long version);

    WriteOutcome Touch(ReadOnlySpan<byte> key, TimeSpan? ttl);

    bool Remove(ReadOnlySpan<byte> key);

    void Clear();

    void Maintain();

    /// <summary>Changes the capacity to a part of the range it has, from 0 to 1.</summary>
    void SetCapacity(double part);

    void Trim();

    /// <summary>Calls back for each entry.</summary>
    void Enumerate(EntryVisitor visit);

    StoreStatistics GetStatistics();

    /// <exception cref="InvalidOperationException">The store contradicts itself.</exception>
    void VerifyIntegrity();
}
