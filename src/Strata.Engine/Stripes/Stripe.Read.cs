using Strata.Engine.Index;
using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>Reads under the lock: for readers that were overtaken too often or have no hazard word left.</summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>Copies an entry while no writer can be at work. Whether its time has come is for the caller to say, who may ask the clock.</summary>
    public ReadOutcome Read(byte* key, int keyBytes, ulong hash, in ReadTarget target, out RecordHeader header, out RecordWords words)
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            header = default;
            words = default;
            if (!_index.TryFind(key, keyBytes, _index.HashOf(key, keyBytes, hash), out SlotPosition position))
                return ReadOutcome.Miss;
            byte* record = _records.At(position.Value.Location);
            header = RecordReader.HeaderOf(record);
            words = RecordReader.WordsOf(record, header);
            if (target.Refuses(header) is var refusal && refusal != ReadOutcome.Hit)
                return refusal;
            target.Take(record, header, header.InlineValueBytes(_pool.PageBytes));
            if (header.Has(RecordFlags.Chain))
                _pool.CopyChain(ChainOf(record, header), target.Value[header.InlineValueBytes(_pool.PageBytes)..header.ValueBytes]);
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
            bool isMerged = headCount > _index.HeadCount;
            foreach (uint follower in new HeadFollowers(head, headCount, _index.HeadCount))
            {
                foreach (IndexSlot slot in _index.SlotsOf(follower))
                {
                    // A bucket that is there no more was merged into one that stands for others as well.
                    byte* record = _records.At(slot.Location);
                    if (!isMerged || IndexRoot.HeadIndex(_index.HashOf(record), headCount) == head)
                        AddKeyUnderLock(record, ref entries);
                }
            }
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

    private static void AddKeyUnderLock(byte* record, ref EntryList entries)
    {
        RecordHeader header = RecordReader.HeaderOf(record);
        entries.Add(new ReadOnlySpan<byte>(record + header.KeyOffset, header.KeyBytes), header, RecordReader.WordsOf(record, header));
    }

    private static long ExpiryOf(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Expiry) ? RecordReader.Word(record + header.OffsetOf(RecordFlags.Expiry)) : long.MaxValue;

    private static long SoftOf(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Soft) ? RecordReader.Word(record + header.OffsetOf(RecordFlags.Soft)) : long.MaxValue;

    private static long VersionOf(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Version) ? RecordReader.Word(record + header.OffsetOf(RecordFlags.Version)) : 0;

    private static int ChainOf(byte* record, RecordHeader header) => (int)RecordReader.Word(record + header.OffsetOf(RecordFlags.Chain));
}
