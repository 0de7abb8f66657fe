using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Index;

/// <content>
/// The way back: heads are merged in the order opposite to their splits, and pages that hold no bucket any more are parked. A parked page gives its memory back
/// and keeps its place in the table; it is the first to be used when the index grows again.
/// </content>
internal sealed unsafe partial class HashIndex
{
    /// <summary>Buckets merged, and overflow buckets looked at, in one step.</summary>
    private const int BucketsAStep = 64;

    /// <summary>Takes a step towards the size at which growth would have left an index of so many entries. False when there is no more to be had.</summary>
    /// <param name="discardedBytes">Raised by what the system was given.</param>
    public bool TryShrink(ref long discardedBytes)
    {
        int merged = 0;
        while (merged < BucketsAStep && TryMerge(ref merged))
        {
            // Head by head.
        }

        // Fewer than a whole step are what writers left in between: not worth another one.
        return TryParkHeadPage(ref discardedBytes) | TryVacate(ref discardedBytes) | merged >= BucketsAStep;
    }

    // Moves the slots of the last head to the one it was once split from. That one is only added to, as by inserts, and stays even.
    private bool TryMerge(ref int merged)
    {
        uint last = HeadCount - 1;
        if (last < IndexRoot.FewestHeads || EntryCount > last * (long)EntriesPerHead || !HasOverflowBucket)
            return false;
        IndexBucket* source = _root->Head(last);
        IndexBucket* target = _root->Head(IndexRoot.HeadIndex(last, last));
        BeginMove(source);
        merged += Merge(source, target);
        // Readers who miss in the source find it odd, or of another version; those who go by the new shape see all that was added before it. Another epoch,
        // since a split and a merge would bring the same shape back, and a reader that missed in between would not notice.
        Volatile.Write(ref _root->Shape, IndexRoot.WithHeadCount(IndexRoot.NextEpoch(_root->Shape), last));
        EndMove(source);
        return true;
    }

    // The source's own slots need one overflow bucket at most, and those of each of its overflow buckets at most the one that has just become free. Returns the buckets emptied.
    private int Merge(IndexBucket* source, IndexBucket* target)
    {
        IndexBucket* tail = target;
        while (NextOf(tail) is var next && next != null)
            tail = next;
        ulong* slots = stackalloc ulong[IndexBucket.SlotCount];
        int link = 0, buckets = 0;
        for (IndexBucket* bucket = source; bucket != null; buckets++)
        {
            int following = IndexBucket.LinkOf(bucket->Head);
            for (int i = 0; i < IndexBucket.SlotCount; i++)
            {
                slots[i] = Volatile.Read(ref bucket->Slots[i]);
                Volatile.Write(ref bucket->Slots[i], 0);
            }

            if (link == 0)
                source->Head = IndexBucket.WithLink(source->Head, 0);
            else
                Recycle(link);
            for (int i = 0; i < IndexBucket.SlotCount && !new IndexSlot(slots[i]).IsEmpty; i++)
                tail = Append(tail, new IndexSlot(slots[i]));
            link = following;
            bucket = link == 0 ? null : _root->Overflow(link);
        }

        return buckets;
    }

    private bool TryParkHeadPage(ref long discardedBytes)
    {
        if (_headPages == 1 || HeadCount > (uint)(_headPages - 1) << _root->PageShift)
            return false;
        discardedBytes += Park(_headTable[--_headPages]);
        return true;
    }

    // Empties the last page of overflow buckets, if the others have room for what it holds and some to spare.
    private bool TryVacate(ref long discardedBytes)
    {
        int last = _overflowPages - 1;
        if (!_isVacating)
        {
            if (last < 1 || _overflowFree - FreeIn(last) < OverflowInfo(last).LiveBuckets + BucketsPerPage / 8)
                return false;
            _overflowFree -= FreeIn(last);
            _isVacating = true;
            _vacateNext = 0;
        }

        ref PageInfo info = ref OverflowInfo(last);
        for (int looked = 0; info.LiveBuckets != 0 && looked < BucketsAStep && HasOverflowBucket; looked++, _vacateNext++)
        {
            Invariant.That(_vacateNext < BucketsPerPage, info.LiveBuckets);
            int link = (last << _root->PageShift) + _vacateNext + 1;
            if (!new IndexSlot(_root->Overflow(link)->Slots[0]).IsEmpty)
                Relocate(link);
        }

        if (info.LiveBuckets == 0)
        {
            _overflowPages = last;
            _isVacating = false;
            discardedBytes += Park(_overflowTable[last]);
            return true;
        }

        if (HasOverflowBucket)
            return true;
        StopVacating();
        return false;
    }

    private void StopVacating()
    {
        if (!_isVacating)
            return;
        _isVacating = false;
        _overflowFree += FreeIn(_overflowPages - 1);
    }

    // Another bucket takes the place of this one in its chain.
    private void Relocate(int link)
    {
        IndexBucket* bucket = _root->Overflow(link);
        IndexBucket* head = HeadOf(_records.HashOf(_records.At(new IndexSlot(bucket->Slots[0]).Location)));
        IndexBucket* before = BeforeOf(head, bucket);
        BeginMove(head);
        int otherLink = TakeOverflow();
        IndexBucket* other = _root->Overflow(otherLink);
        other->Head = IndexBucket.WithLink(0, IndexBucket.LinkOf(bucket->Head));
        for (int i = 0; i < IndexBucket.SlotCount; i++)
        {
            other->Slots[i] = Volatile.Read(ref bucket->Slots[i]);
            Volatile.Write(ref bucket->Slots[i], 0);
        }

        Volatile.Write(ref before->Head, IndexBucket.WithLink(before->Head, otherLink));
        Recycle(link);
        EndMove(head);
    }

    // Without memory the versions of a page's heads begin anew. So the epoch is raised first: a reader that saw one of them before accepts nothing after.
    private long Park(byte* page)
    {
        Volatile.Write(ref _root->Shape, IndexRoot.NextEpoch(_root->Shape));
        PagePool.Unlinked();
        return _pool.Park(_pool.PageOf(page));
    }
}
