using Strata.Engine.Index;
using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>Reads under the lock: for readers that were overtaken too often or have no hazard word left.</summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>Copies a value while no writer can be at work. Whether its time has come is for the caller to say, who may ask the clock.</summary>
    public ReadOutcome Read(byte* key, int keyBytes, ulong hash, Span<byte> destination, out RecordHeader header, out long version, out long expiryMs)
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            header = default;
            version = expiryMs = 0;
            if (!_index.TryFind(key, keyBytes, _index.HashOf(key, keyBytes, hash), out SlotPosition position))
                return ReadOutcome.Miss;
            byte* record = _records.At(position.Value.Location);
            header = RecordReader.HeaderOf(record);
            version = VersionOf(record, header);
            expiryMs = ExpiryOf(record, header);
            if (header.ValueBytes > destination.Length)
                return ReadOutcome.DestinationTooShort;
            int inline = header.InlineValueBytes(_pool.PageBytes);
            new ReadOnlySpan<byte>(record + header.KeyOffset + header.KeyBytes, inline).CopyTo(destination);
            if (header.Has(RecordFlags.Chain))
                _pool.CopyChain(ChainOf(record, header), destination[inline..header.ValueBytes]);
            return ReadOutcome.Hit;
        }
    }

    /// <summary>
    /// Copies the keys of one head bucket and of the buckets split from it since the index had <paramref name="headCount"/> heads, as a
    /// list of entries. Returns false when the bucket no longer exists.
    /// </summary>
    public bool TryCopyKeys(uint head, uint headCount, ref EntryList entries)
    {
        entries.Clear();
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            if (head >= _index.HeadCount)
                return false;
            // A bucket that was split off later hashes, with the heads of then, to the one it was split from.
            IndexRoot.FollowersOf(head, headCount, out ulong step, out uint sibling);
            AddKeysUnderLock(head, step, ref entries);
            if (sibling != 0)
                AddKeysUnderLock(sibling, step, ref entries);
            return true;
        }
    }

    /// <summary>How many head buckets there are now.</summary>
    public uint HeadCount
    {
        get
        {
            lock (_gate)
                return _index.HeadCount;
        }
    }

    private void AddKeysUnderLock(uint first, ulong step, ref EntryList entries)
    {
        for (ulong head = first; head < _index.HeadCount; head += step)
            AddKeysUnderLock((uint)head, ref entries);
    }

    private void AddKeysUnderLock(uint head, ref EntryList entries)
    {
        foreach (IndexSlot slot in _index.SlotsOf(head))
        {
            byte* record = _records.At(slot.Location);
            RecordHeader header = RecordReader.HeaderOf(record);
            entries.Add(new ReadOnlySpan<byte>(record + header.KeyOffset, header.KeyBytes), header.ValueBytes, VersionOf(record, header), ExpiryOf(record, header));
        }
    }

    private static long ExpiryOf(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Expiry) ? *(long*)(record + header.OffsetOf(RecordFlags.Expiry)) : long.MaxValue;

    private static long VersionOf(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Version) ? *(long*)(record + header.OffsetOf(RecordFlags.Version)) : 0;

    private static int ChainOf(byte* record, RecordHeader header) => (int)*(long*)(record + header.OffsetOf(RecordFlags.Chain));
}
