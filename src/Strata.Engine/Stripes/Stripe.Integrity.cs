using Strata.Engine.Eviction;
using Strata.Engine.Index;
using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>The integrity walk: every slot points at one valid record, every live record has one slot, and all bytes add up.</summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>The stripe's lock, for a check that needs all stripes to stand still.</summary>
    internal Lock Gate => _gate;

    /// <summary>Checks the stripe. Returns the pages it holds.</summary>
    /// <exception cref="InvalidOperationException">Something contradicts something else; the message says what.</exception>
    public long VerifyIntegrity()
    {
        lock (_gate)
        {
            long slots = VerifyIndexUnderLock();
            Require(slots == _index.EntryCount, "slots found and entries counted", slots, _index.EntryCount);
            long live = 0, liveBytes = 0, pages = 0, chainPages = 0;
            foreach (EvictionRing ring in new[] { _probation, _main })
            {
                int last = 0, open = 0;
                long chainBytes = 0;
                for (int page = ring.FirstPage; page != 0; last = page, page = _pool.Infos[page].Next, pages++)
                {
                    Require(_pool.Infos[page].Previous == last, "the link to the slab before", _pool.Infos[page].Previous, last);
                    Require(_pool.Infos[page].Kind == ring.Kind, "the kind of the slab and of its ring", (int)_pool.Infos[page].Kind, (int)ring.Kind);
                    open += _pool.Infos[page].State == SlabState.Open ? 1 : 0;
                    VerifySlabUnderLock(page, 0, ref live, ref liveBytes, ref chainBytes);
                }

                Require(open == ring.Open.Count, "open slabs found and counted", open, ring.Open.Count);
                if (_hand != 0 && _pool.Infos[_hand].Kind == ring.Kind)
                    VerifySlabUnderLock(_hand, _handBytes, ref live, ref liveBytes, ref chainBytes);
                Require(chainBytes == ring.ChainBytes, "bytes of chains found and counted", chainBytes, ring.ChainBytes);
                chainPages += chainBytes / _pool.PageBytes;
            }

            VerifyWasteUnderLock();
            VerifyChainsUnderLock(chainPages);
            pages += chainPages;
            Require(live == _index.EntryCount, "live records found and entries counted", live, _index.EntryCount);
            Require(liveBytes == _liveBytes, "live bytes found and counted", liveBytes, _liveBytes);
            return pages + (_hand != 0 ? 1 : 0) + _index.PageCount + _ghost.PageCount + _reserve.Count;
        }
    }

    /// <summary>The entries that had expired by that time and still have their slots. Walks every record.</summary>
    public long CountExpired(long byMs)
    {
        lock (_gate)
        {
            long count = _hand != 0 ? CountExpiredUnderLock(_hand, byMs) : 0;
            foreach (EvictionRing ring in new[] { _probation, _main })
            {
                for (int page = ring.FirstPage; page != 0; page = _pool.Infos[page].Next)
                    count += CountExpiredUnderLock(page, byMs);
            }

            return count;
        }
    }

    private long CountExpiredUnderLock(int page, long byMs)
    {
        long count = 0;
        byte* end = _pool.AddressOf(page) + _pool.Infos[page].UsedBytes;
        RecordHeader header;
        for (byte* record = _pool.AddressOf(page); record < end; record += header.RecordBytes(_pool.PageBytes))
        {
            header = RecordReader.HeaderOf(record);
            count += !header.Has(RecordFlags.Dead) && ExpiryOf(record, header) <= byMs ? 1 : 0;
        }

        return count;
    }

    private long VerifyIndexUnderLock()
    {
        long slots = 0, overflowBuckets = 0;
        for (uint head = 0; head < _index.HeadCount; head++)
        {
            overflowBuckets += _index.VerifyChain(head);
            foreach (IndexSlot slot in _index.SlotsOf(head))
            {
                byte* record = _records.At(slot.Location);
                int page = _pool.PageOf(record);
                Require(page > 0 && page <= _pool.PageCount, "the page of a slot's record", page, _pool.PageCount);
                PageKind wanted = slot.IsMain ? PageKind.Main : PageKind.Probation;
                Require(_pool.Infos[page].Kind == wanted, "the ring in a slot and the kind of its page", (int)_pool.Infos[page].Kind, (int)wanted);
                RecordHeader header = RecordReader.HeaderOf(record);
                Require(!header.Has(RecordFlags.Dead), "a slot's record that is not dead", slot.Location, page);
                ulong hash = _index.HashOf(record);
                Require(IndexSlot.TagOf(hash) == (slot.Word & IndexSlot.TagMask), "the tag of a slot and of its key", slot.Location, page);
                Require(IndexRoot.HeadIndex(hash, _index.HeadCount) == head, "the head of a slot and of its key", slot.Location, head);
                slots++;
            }
        }

        _index.VerifyOverflow(overflowBuckets);
        return slots;
    }

    // Records behind the hand have been moved or dropped already.
    private void VerifySlabUnderLock(int page, int passedBytes, ref long live, ref long liveBytes, ref long chainBytes)
    {
        ref PageInfo info = ref _pool.Infos[page];
        byte* start = _pool.AddressOf(page);
        long liveHere = 0, deadBytes = 0, expiredBytes = 0, firstExpiryMs = long.MaxValue;
        int offset = 0;
        while (offset < info.UsedBytes)
        {
            RecordHeader header = RecordReader.HeaderOf(start + offset);
            int recordBytes = header.RecordBytes(_pool.PageBytes);
            if (header.Has(RecordFlags.Dead))
            {
                deadBytes += recordBytes;
            }
            else
            {
                Require(offset >= passedBytes, "a live record behind the hand", offset, passedBytes);
                long location = _records.LocationOf(start + offset);
                Require(_index.TryFind(_index.HashOf(start + offset), location, out _), "the slot of a live record", location, page);
                liveHere++;
                liveBytes += recordBytes;
                chainBytes += VerifyChainedUnderLock(start + offset, header);
                Require(header.NotesBytes <= WriteOptions.MaxNotesBytes, "the notes of an entry and their limit", header.NotesBytes, WriteOptions.MaxNotesBytes);
                Require(!header.Has(RecordFlags.Soft) || SoftOf(start + offset, header) <= ExpiryOf(start + offset, header), "a soft time and the expiry after it", offset, page);
                if (IsCounted(start + offset, header, in info))
                    expiredBytes += recordBytes;
                else
                    firstExpiryMs = Math.Min(firstExpiryMs, ExpiryOf(start + offset, header));
            }

            offset += recordBytes;
        }

        Require(offset == info.UsedBytes && offset <= _pool.PageBytes, "the end of the last record and of the used bytes", offset, info.UsedBytes);
        Require(deadBytes == info.DeadBytes, "dead bytes of a slab found and counted", deadBytes, info.DeadBytes);
        Require(expiredBytes == info.ExpiredBytes, "expired bytes of a slab found and counted", expiredBytes, info.ExpiredBytes);
        Require(firstExpiryMs == long.MaxValue || page == _hand || info.WheelSlot != 0, "a slab with expiries and the wheel", page, firstExpiryMs);
        live += liveHere;
    }

    // The lists of slabs by their waste hold every sealed slab once, under its grade, and the sum is that of all slabs.
    private void VerifyWasteUnderLock()
    {
        long listed = 0, wasted = 0, expiredBytes = 0;
        for (int grade = 0; grade <= WasteList.TopGrade; grade++)
        {
            for (int page = _waste.FirstOf(grade), last = 0; page != 0; last = page, page = _pool.Infos[page].NextPeer, listed++)
            {
                Require(_pool.Infos[page].PreviousPeer == last, "the link to the slab of like waste", _pool.Infos[page].PreviousPeer, last);
                Require(_pool.Infos[page].State == SlabState.Sealed && _waste.GradeOf(page) == grade, "the grade of a slab and of its list", _waste.GradeOf(page), grade);
            }
        }

        foreach (EvictionRing ring in new[] { _probation, _main })
        {
            for (int page = ring.FirstPage; page != 0; page = _pool.Infos[page].Next)
                Add(page);
        }

        if (_hand != 0)
            Add(_hand);
        Require(listed == wasted, "slabs listed by waste and slabs with waste", listed, wasted);
        Require(expiredBytes == _waste.ExpiredBytes, "expired bytes found and counted", expiredBytes, _waste.ExpiredBytes);

        void Add(int page)
        {
            ref PageInfo info = ref _pool.Infos[page];
            wasted += info.State == SlabState.Sealed && _waste.GradeOf(page) > 0 ? 1 : 0;
            expiredBytes += info.ExpiredBytes;
        }
    }

    private long VerifyChainedUnderLock(byte* record, RecordHeader header)
    {
        if (!header.Has(RecordFlags.Chain))
            return 0;
        int pages = 0;
        for (int page = ChainOf(record, header); page != 0; page = _pool.Infos[page].Next, pages++)
            Require(_pool.Infos[page].Kind == PageKind.Chain, "the kind of a chain's page", (int)_pool.Infos[page].Kind, (int)PageKind.Chain);
        Require(pages == header.ChainPages(_pool.PageBytes), "pages of a chain found and needed", pages, header.ChainPages(_pool.PageBytes));
        return (long)pages * _pool.PageBytes;
    }

    // The list holds the chains of the live records and no others: as many pages, each chain once.
    private void VerifyChainsUnderLock(long expectedPages)
    {
        long chains = 0, pages = 0;
        for (int first = _chains.First, last = 0; first != 0; last = first, first = _pool.Infos[first].NextPeer, chains++)
        {
            Require(_pool.Infos[first].PreviousPeer == last, "the link to the chain before", _pool.Infos[first].PreviousPeer, last);
            for (int page = first; page != 0; page = _pool.Infos[page].Next)
                pages++;
        }

        Require(chains == _chains.Count, "chains listed and counted", chains, _chains.Count);
        Require(pages == expectedPages, "pages of listed chains and of records", pages, expectedPages);
    }

    internal static void Require(bool holds, string what, long found, long expected)
    {
        if (!holds)
            throw new InvalidOperationException($"Integrity: {what} do not agree ({found}, {expected}).");
    }
}
