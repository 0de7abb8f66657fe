using System.Runtime.Intrinsics.X86;
using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

/// <summary>
/// The hand: it takes one slab out of the rings at a time, walks its records in small steps, copies forward what stays and drops the
/// rest, and gives the page back when nothing points into it any more.
/// </summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>The most records the hand looks at in one step.</summary>
    private const int StepRecords = 64;

    /// <summary>Records whose index lines are loaded ahead of the hand.</summary>
    private const int AheadRecords = 16;

    /// <summary>The slabs a write passes without gaining a page before it drops what would stay.</summary>
    private const int SlabsToPass = 4;

    // The slab under the hand, how far it has walked, and why.
    private int _hand;
    private int _handBytes;
    private HandErrand _errand;

    /// <summary>Reclaims what is due at that time, in one step. False when nothing more is due, or when what stays has to wait for room.</summary>
    public bool ReclaimDue(long nowMs)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return false;
            _nowMs = nowMs;
            // Also while the hand waits for room: an expired long value gives its pages back at once.
            if (SweepDueUnderLock(StepSweeps))
                return true;
            if (_hand == 0 && !TryPickWasteUnderLock(WasteList.TopGrade, _isQuiet ? s_quiet : s_busy))
                return false;
            RefillUnderLock();
            return StepUnderLock(mayWait: true);
        }
    }

    /// <summary>Reclaims for another stripe, until a page of this one is back in the pool. False when there is nothing to reclaim.</summary>
    public bool GiveUpPage(long nowMs)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return false;
            _nowMs = nowMs;
            while (_reserve.Count == 0)
            {
                int before = _pool.FreePages;
                if (_hand == 0 && !TryPickUnderLock(mayPickOpen: true))
                    return false;
                StepUnderLock(mayWait: false);
                // The chain of a dropped long value goes straight to the pool.
                if (_pool.FreePages > before)
                    return true;
            }

            _pool.Return(_reserve.TryTake(PageKind.Free));
            return true;
        }
    }

    // After each write: a bounded step towards the pages that the next writes will need.
    private void MaintainUnderLock()
    {
        if (_index.WantsPage)
            _index.TakePages(_reserve);
        _index.GrowIfCrowded();
        RefillUnderLock();
        if (_wheel.IsBehind(_nowMs))
            SweepDueUnderLock(1);
        bool isShort = _reserve.Count < ReserveTarget || PagesOfRecordsUnderLock >= _slabLimit;
        // Where the number of entries is bounded, a hand under way goes no further than each insert needs.
        bool hasWork = _hand != 0 ? isShort || _entryLimit == int.MaxValue : TryPickWasteUnderLock(WasteList.TopGrade, s_busy) || (isShort && TryPickUnderLock(mayPickOpen: false));
        if (hasWork)
            StepUnderLock(mayWait: true);
    }

    private void RefillUnderLock()
    {
        while (_reserve.Count < ReserveTarget && _pool.TryTake(PageKind.Free) is var page and not 0)
            _reserve.Put(page);
    }

    // Before each write: makes sure that a record of this size fits either ring and that the index can take it. In the normal run of things
    // the steps after former writes have left nothing to do; at worst it walks the records of the stripe once, and drops what should stay if it may.
    private bool EnsureRoomUnderLock(int recordBytes, bool mayDrop)
    {
        bool mayWait = true;
        for (int slabs = 0; !HasRoomUnderLock(recordBytes);)
        {
            if (_hand == 0 && !TryPickUnderLock(mayPickOpen: true))
                return _index.HasOverflowBucket && _reserve.Count > 0;
            // A few slabs that stay whole are passed; after them, or when the hand has no page, what has no room goes.
            mayWait = StepUnderLock(mayWait) && mayWait && slabs < SlabsToPass;
            if (!mayWait && !mayDrop)
                return HasRoomUnderLock(recordBytes);
            slabs += _hand == 0 ? 1 : 0;
        }

        return true;
    }

    // One record at a time, so that there are never more entries than the limit and never fewer than there need be.
    private void EvictToLimitUnderLock()
    {
        while (_index.EntryCount >= _entryLimit && (_hand != 0 || TryPickUnderLock(mayPickOpen: true)))
        {
            RefillUnderLock();
            if (!StepUnderLock(mayWait: true, records: 1))
                StepUnderLock(mayWait: false, records: 1);
        }
    }

    private bool HasRoomUnderLock(int recordBytes)
    {
        if (!_index.HasOverflowBucket)
        {
            _index.TakePages(_reserve);
            if (!_index.HasOverflowBucket)
                return false;
        }

        if (_probation.HasRoom(recordBytes) && _main.HasRoom(recordBytes))
            return true;
        // The hand may still need one.
        int kept = _hand != 0 ? 1 : 0;
        if (_reserve.Count <= kept)
            RefillUnderLock();
        return _reserve.Count > kept && PagesOfRecordsUnderLock < _slabLimit;
    }

    // What is gone first, then what the policy names. Nothing when slabs must be swept first, unless it is a matter of having room at all.
    private bool TryPickUnderLock(bool mayPickOpen)
    {
        bool isCutShort = SweepDueUnderLock(StepSweeps);
        if (TryPickWasteUnderLock(FirstGrade, mayPickOpen ? s_pressed : s_busy))
            return true;
        if (isCutShort && !mayPickOpen)
            return false;
        _policy.Refresh();
        bool probation = _policy.EvictsProbation(Rings);
        int page = RingOf(!probation).Oldest(mayPickOpen);
        if (page == 0)
            page = RingOf(probation).Oldest(mayPickOpen);
        if (page == 0)
            return false;
        PickUnderLock(page, HandErrand.Eviction);
        return true;
    }

    private void PickUnderLock(int page, HandErrand errand)
    {
        _weights.SetMean(EntryBytes, _index.EntryCount);
        ref PageInfo info = ref _pool.Infos[page];
        if (info.State == SlabState.Sealed)
            _waste.Remove(page);
        RingOf(info.Kind == PageKind.Main).Detach(page);
        _wheel.Remove(page);
        _hand = page;
        _handBytes = info.DeadBytes == info.UsedBytes ? info.UsedBytes : 0;
        _errand = errand;
    }

    // Walks up to so many records. A step that may wait stops at a record that stays but has no room, and answers false; one that may
    // not drops it.
    private bool StepUnderLock(bool mayWait, int records = StepRecords)
    {
        ref PageInfo info = ref _pool.Infos[_hand];
        byte* start = _pool.AddressOf(_hand);
        ulong* hashes = stackalloc ulong[AheadRecords];
        int* offsets = stackalloc int[AheadRecords];
        for (int looked = 0; looked < records && _handBytes < info.UsedBytes;)
        {
            int ahead = 0;
            for (; ahead < AheadRecords && looked < records && _handBytes < info.UsedBytes; looked++)
            {
                RecordHeader header = RecordReader.HeaderOf(start + _handBytes);
                if (!header.Has(RecordFlags.Dead))
                {
                    hashes[ahead] = _index.HashOf(start + _handBytes);
                    offsets[ahead] = _handBytes;
                    if (Sse.IsSupported)
                        Sse.Prefetch0(_index.HeadOf(hashes[ahead]));
                    ahead++;
                }

                _handBytes += header.RecordBytes(_pool.PageBytes);
            }

            for (int i = 0; i < ahead; i++)
            {
                if (TryPassUnderLock(start + offsets[i], hashes[i], mayWait))
                    continue;
                _handBytes = offsets[i];
                return false;
            }
        }

        if (_handBytes >= info.UsedBytes)
            ReleaseHandUnderLock();
        return true;
    }

    // Moves or drops one record. False when it should stay, has no room, and may wait for some.
    private bool TryPassUnderLock(byte* record, ulong hash, bool mayWait)
    {
        bool isFound = _index.TryFind(hash, _records.LocationOf(record), out SlotPosition position);
        Invariant.That(isFound, _records.LocationOf(record));
        IndexSlot slot = position.Value;
        RecordHeader header = RecordReader.HeaderOf(record);
        if (HasExpired(record, header))
        {
            DropUnderLock(position, RemovalReason.Expired);
            _counters.Expirations++;
            return true;
        }

        int recordBytes = header.RecordBytes(_pool.PageBytes);
        Verdict verdict = _errand != HandErrand.Eviction ? new Verdict(true, slot.IsMain, slot.Frequency) : VerdictOn(slot, TotalBytes(header, recordBytes));
        if (verdict.IsKept)
        {
            // The hand gives one page back and needs one that writes leave it; it opens slabs of further classes only in pages that nobody misses.
            bool hasRoom = RingOf(verdict.ToMain).HasRoom(recordBytes) || (mayWait && _reserve.Count > 0);
            if (hasRoom)
                ForwardUnderLock(position, record, header, recordBytes, verdict);
            if (hasRoom || mayWait)
                return hasRoom;
        }

        if (!slot.IsMain && _errand == HandErrand.Eviction)
            _ghost.Remember(hash, (int)TotalBytes(header, recordBytes));
        DropUnderLock(position, _evictionReason);
        _counters.Evictions++;
        return true;
    }

    private Verdict VerdictOn(IndexSlot slot, long bytes)
    {
        int weight = _weights.Of(bytes);
        return slot.IsMain ? _policy.OnMain(slot.Frequency, weight) : _policy.OnProbation(slot.Frequency, weight);
    }

    // What an entry takes, the chain of a long value included.
    private long TotalBytes(RecordHeader header, int recordBytes) => recordBytes + (long)header.ChainPages(_pool.PageBytes) * _pool.PageBytes;

    private void ForwardUnderLock(in SlotPosition position, byte* record, RecordHeader header, int recordBytes, Verdict verdict)
    {
        bool wasMain = position.Value.IsMain;
        byte* copy = AppendUnderLock(verdict.ToMain, ClassUnderLock(ExpiryOf(record, header)), recordBytes);
        Buffer.MemoryCopy(record, copy, recordBytes, recordBytes);
        RepointUnderLock(position, record, copy, verdict.ToMain, verdict.Frequency);
        NoteCopiedUnderLock(recordBytes);
        long chainBytes = (long)header.ChainPages(_pool.PageBytes) * _pool.PageBytes;
        RingOf(wasMain).ChainBytes -= chainBytes;
        RingOf(verdict.ToMain).ChainBytes += chainBytes;
    }

    // Nothing points into the page any more.
    private void ReleaseHandUnderLock()
    {
        int page = _hand;
        Invariant.That(_pool.Infos[page].DeadBytes == _pool.Infos[page].UsedBytes, _pool.Infos[page].DeadBytes, page);
        _hand = 0;
        PagePool.Unlinked();
        if (_reserve.Count < ReserveTarget && !HazardTable.IsPinned(_pool.AddressOf(page)))
            _reserve.Put(page);
        else
            _pool.Return(page);
        if (_ghost.IsTooSmallFor(_index.EntryCount - _index.EntryCount / 8))
            GrowGhostUnderLock();
        NoteWeightUnderLock();
    }

    private void FinishHandUnderLock()
    {
        if (_hand == 0)
            return;
        _pool.Return(_hand);
        _hand = 0;
    }

    // An eighth more room than there are entries now, so that this happens a few times in a cache's life. What was remembered is lost.
    private void GrowGhostUnderLock()
    {
        int wanted = _ghost.PagesFor(_index.EntryCount + _index.EntryCount / 8);
        while (_ghost.PageCount < wanted && _reserve.Count >= ReserveTarget && _reserve.TryTake(PageKind.Ghost) is var page and not 0)
            _ghost.AddPage(page);
        // Until all its pages are there the ghost goes on with the memory it has.
        if (_ghost.PageCount >= wanted)
            _ghost.Restart(GhostWindowBytes);
    }
}
