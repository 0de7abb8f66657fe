using System.Buffers;

namespace Strata.Engine.Stress.Torture;

/// <summary>The real store.</summary>
internal sealed class ByteStoreTarget(ByteStoreOptions options) : ITortureTarget
{
    private readonly ByteStore _store = new(options);

    public long MaxValueBytes => _store.MaxValueBytes;

    public long MaxCapacityBytes => _store.MaxCapacityBytes;

    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out EntryInfo info) => _store.TryGetEntry(key, destination, out info);

    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes) => _store.TryGet(key, destination, out valueBytes);

    public int TryGetMany(in ByteSpans keys, Span<byte> destination, Span<BatchRead> results) => _store.TryGetMany(in keys, destination, results);

    public ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out EntryInfo info) => _store.TryGet(key, destination, out info);

    public IDisposable? TryLease(ReadOnlySpan<byte> key, out ReadOnlySequence<byte> value)
    {
        bool isHit = _store.TryLease(key, out ValueLease lease) == ReadOutcome.Hit;
        value = lease.Sequence;
        return isHit ? lease : null;
    }

    public bool TryGetInfo(ReadOnlySpan<byte> key, out EntryInfo info) => _store.TryGetInfo(key, out info);

    public WriteOutcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, WriteFence fence) => _store.Set(key, value, options, fence);

    public WriteOutcome Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in WriteOptions options, WriteFence fence) =>
        _store.Set(key, value, options, fence);

    public WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options) => _store.Add(key, value, options);

    public WriteOutcome CompareExchange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expectedVersion, in WriteOptions options, out long version) =>
        _store.CompareExchange(key, value, expectedVersion, options, out version);

    public WriteOutcome Touch(ReadOnlySpan<byte> key, TimeSpan? ttl) => _store.Touch(key, ttl);

    public bool Remove(ReadOnlySpan<byte> key) => _store.Remove(key);

    public void Clear() => _store.Clear();

    public void Maintain() => _store.Maintain();

    public void SetCapacity(double part)
    {
        // Where values may be a quarter of the capacity, a smaller one would refuse them.
        long least = Math.Max(_store.MinCapacityBytes, 4 * options.MaxValueBytes);
        _store.SetCapacity(least + (long)(part * (_store.MaxCapacityBytes - least)));
    }

    public void Trim() => _store.Trim();

    public void Enumerate(EntryVisitor visit)
    {
        using ByteStore.EntryEnumerator entries = _store.GetEnumerator();
        while (entries.MoveNext())
            visit(entries.CurrentKey, entries.CurrentInfo);
    }

    public StoreStatistics GetStatistics() => _store.GetStatistics();

    public void VerifyIntegrity() => _store.VerifyIntegrity();

    public void Dispose() => _store.Dispose();
}
