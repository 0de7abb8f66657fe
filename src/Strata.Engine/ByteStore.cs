using System.Buffers;

namespace Strata.Engine;

/// <summary>skeleton</summary>
public sealed class ByteStore : IDisposable
{
    /// <summary>x</summary>
    public ByteStore(ByteStoreOptions options) => throw new NotImplementedException();
    /// <summary>Copies the value to the destination span.</summary>
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes) => throw new NotImplementedException();
    /// <summary>x</summary>
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out EntryInfo info) => throw new NotImplementedException();
    /// <summary>x</summary>
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out EntryInfo info) => throw new NotImplementedException();
    /// <summary>x</summary>
    public bool TryGetInfo(ReadOnlySpan<byte> key, out EntryInfo info) => throw new NotImplementedException();
    /// <summary>x</summary>
    public void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => throw new NotImplementedException();
    /// <summary>x</summary>
    public WriteOutcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, WriteFence fence = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public WriteOutcome Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in WriteOptions options, WriteFence fence = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options = default) => throw new NotImplementedException();
    /// <summary>x</summary>
    public WriteOutcome CompareExchange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expectedVersion, in WriteOptions options, out long version) => throw new NotImplementedException();
    /// <summary>null = store default; InfiniteTimeSpan = never</summary>
    public WriteOutcome Touch(ReadOnlySpan<byte> key, TimeSpan? ttl) => throw new NotImplementedException();
    /// <summary>x</summary>
    public bool Remove(ReadOnlySpan<byte> key) => throw new NotImplementedException();
    /// <summary>x</summary>
    public void Clear() => throw new NotImplementedException();
    /// <summary>Visits each entry's key; tolerates concurrent change. Called outside every lock.</summary>
    public EntryEnumerator GetEnumerator() => throw new NotImplementedException();
    /// <summary>x</summary>
    public StoreStatistics GetStatistics() => throw new NotImplementedException();
    /// <summary>x</summary>
    public long MaxValueBytes => throw new NotImplementedException();
    /// <summary>Reclaims what has expired; called by a background timer unless switched off.</summary>
    public void Maintain() => throw new NotImplementedException();
    /// <summary>Walks every structure, throws InvalidOperationException on the first contradiction.</summary>
    internal void VerifyIntegrity() => throw new NotImplementedException();
    /// <summary>x</summary>
    public void Dispose() => throw new NotImplementedException();
    
    /// <summary>x</summary>
    public ref struct EntryEnumerator
    {
        /// <summary>x</summary>
        public ReadOnlySpan<byte> CurrentKey => throw new NotImplementedException();
        /// <summary>x</summary>
        public EntryInfo CurrentInfo => throw new NotImplementedException();
        /// <summary>x</summary>
        public bool MoveNext() => throw new NotImplementedException();
        /// <summary>x</summary>
        public void Dispose() => throw new NotImplementedException();
    }
}
