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
    /// Copies, as a list of entries, the keys of what was one head bucket when the index had <paramref name="headCount"/> of them, wherever they are by now.
    /// </summary>
    public void CopyKeys(uint head, uint headCount, ref EntryList entries)
    {
        entries.Clear();
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            if (headCount > _index.HeadCount)
            {
                AddMergedKeysUnderLock(head, headCount, ref entries);
                return;
            }

            // A bucket that was split off later hashes, with the heads of then, to the one it was split from.
            IndexRoot.FollowersOf(head, headCount, out ulong step, out uint sibling);
            AddKeysUnderLock(head, step, ref entries);
            if (sibling != 0)
                AddKeysUnderLock(sibling, step, ref entries);
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
        {
            foreach (IndexSlot slot in _index.SlotsOf((uint)head))
                AddKeyUnderLock(_records.At(slot.Location), ref entries);
        }
    }

    // A bucket that is there no more was merged into one that stands for others as well.
    private void AddMergedKeysUnderLock(uint head, uint headCount, ref EntryList entries)
    {
        foreach (IndexSlot slot in _index.SlotsOf(IndexRoot.HeadIndex(head, _index.HeadCount)))
        {
            byte* record = _records.At(slot.Location);
            if (IndexRoot.HeadIndex(_index.HashOf(record), headCount) == head)
                AddKeyUnderLock(record, ref entries);
        }
    }

    private static void AddKeyUnderLock(byte* record, ref EntryList entries)
    {
        RecordHeader header = RecordReader.HeaderOf(record);
        entries.Add(new ReadOnlySpan<byte>(record + header.KeyOffset, header.KeyBytes), header.ValueBytes, VersionOf(record, header), ExpiryOf(record, header));
    }

    private static long ExpiryOf(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Expiry) ? RecordReader.Word(record + header.OffsetOf(RecordFlags.Expiry)) : long.MaxValue;

    private static long VersionOf(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Version) ? RecordReader.Word(record + header.OffsetOf(RecordFlags.Version)) : 0;

    private static int ChainOf(byte* record, RecordHeader header) => (int)RecordReader.Word(record + header.OffsetOf(RecordFlags.Chain));
}
