using Strata.Engine;
using Strata.Entries;

namespace Strata.Tiers;

/// <summary>What the cache in front uses for many keys at once, and for writes that depend on what is there.</summary>
public sealed partial class MemoryTier
{
    /// <summary>Reads many keys; the values stand in the destination, as far as it reaches.</summary>
    internal void TryGetMany(KeyBatch keys, Span<byte> destination, Span<BatchRead> reads) => _store.TryGetMany(keys.Spans, destination, reads);

    internal int SetMany(EntryBatch entries, in WriteOptions options, Span<WriteOutcome> outcomes) => _store.SetMany(entries.Keys.Spans, entries.Values, options, outcomes);

    internal int RemoveMany(KeyBatch keys) => _store.RemoveMany(keys.Spans);

    /// <summary>Writes an entry where there is none.</summary>
    internal WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, WriteFence fence) => _store.Add(key, value, options, fence);

    /// <summary>Whether there is an entry that a look would find, whatever it is worth. Counts neither as a hit nor as a miss.</summary>
    internal bool Has(ReadOnlySpan<byte> key)
    {
        DropInvalidated(key);
        return _store.TryGetInfo(key, out _);
    }

    /// <summary>Writes only where there is no fresh value.</summary>
    internal WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options) => _store.Add(key, value, options, default(IsReplaceable));

    internal WriteOutcome CompareExchange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expectedVersion, in WriteOptions options, out long version) =>
        _store.CompareExchange(key, value, expectedVersion, options, out version);
}
