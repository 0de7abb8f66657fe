using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Strata.Engine.Layout;

namespace Strata.Engine.Index;

internal sealed unsafe partial class HashIndex
{
    /// <summary>
    /// Adds one head bucket when there are more entries than the heads should carry, and moves into it what belongs there from the one
    /// bucket it splits. Costs the keys of about a dozen records.
    /// </summary>
    public void GrowIfCrowded()
    {
        uint count = HeadCount;
        if (EntryCount <= count * (long)EntriesPerHead || count >= (uint)_headPages << _root->PageShift)
            return;
        uint added = count;
        // With one head more, the hashes of the new bucket are those that one bit fewer sends to the bucket being split.
        IndexBucket* source = _root->Head(IndexRoot.HeadIndex(added, count));
        IndexBucket* target = _root->Head(added);
        Initialize(target);
        BeginMove(source);
        Split(source, target, added, count + 1);
        // The new shape is visible before the source is even again: a reader that accepts a miss in the source has seen this shape.
        Volatile.Write(ref _root->Shape, IndexRoot.WithHeadCount(_root->Shape, count + 1));
        EndMove(source);
        PrefetchSplit(count + 1);
    }

    // Starts loading what the next split needs, a few inserts before it comes: the new bucket, and the records of the one to be split, whose own line
    // was asked for a split ago. Then asks for the line of the one after it.
    private void PrefetchSplit(uint count)
    {
        if (!Sse.IsSupported || count + 1 >= (uint)_headPages << _root->PageShift)
            return;
        Sse.Prefetch0(_root->Head(count));
        Sse.Prefetch0(_root->Head(IndexRoot.HeadIndex(count + 1, count + 1)));
        PrefetchRecords(_root->Head(IndexRoot.HeadIndex(count, count)));
    }

    private void PrefetchRecords(IndexBucket* bucket)
    {
        if (IndexBucket.LinkOf(bucket->Head) is var link and not 0)
            Sse.Prefetch0(_root->Overflow(link));
        for (int i = 0; i < IndexBucket.SlotCount; i++)
            Sse.Prefetch0(_records.At(new IndexSlot(bucket->Slots[i]).Location));
    }

    // The chain is taken apart bucket by bucket; each emptied overflow bucket is free before the next slots are placed, so that the two
    // new chains never need more buckets than the old one had.
    private void Split(IndexBucket* source, IndexBucket* target, uint targetIndex, uint headCount)
    {
        IndexBucket* sourceTail = source;
        IndexBucket* targetTail = target;
        ulong* slots = stackalloc ulong[IndexBucket.SlotCount];
        int link = IndexBucket.LinkOf(source->Head);
        Drain(source, slots);
        source->Head = IndexBucket.WithLink(source->Head, 0);
        while (true)
        {
            for (int i = 0; i < IndexBucket.SlotCount && !new IndexSlot(slots[i]).IsEmpty; i++)
            {
                var slot = new IndexSlot(slots[i]);
                ulong hash = _records.HashOf(_records.At(slot.Location));
                if (IndexRoot.HeadIndex(hash, headCount) == targetIndex)
                    targetTail = Append(targetTail, slot);
                else
                    sourceTail = Append(sourceTail, slot);
            }

            if (link == 0)
                return;
            IndexBucket* overflow = _root->Overflow(link);
            int following = IndexBucket.LinkOf(overflow->Head);
            Drain(overflow, slots);
            Recycle(link);
            link = following;
        }
    }

    private IndexBucket* Append(IndexBucket* tail, IndexSlot slot)
    {
        bool appended = TryAppend(tail, slot);
        Invariant.That(appended, EntryCount);
        return NextOf(tail) is var next && next != null ? next : tail;
    }

    private void Drain(IndexBucket* bucket, ulong* slots)
    {
        for (int i = 0; i < IndexBucket.SlotCount; i++)
        {
            slots[i] = bucket->Slots[i];
            bucket->Slots[i] = 0;
            // The keys of all slots are needed next: their misses overlap.
            if (!new IndexSlot(slots[i]).IsEmpty && Sse.IsSupported)
                Sse.Prefetch0(_records.At(new IndexSlot(slots[i]).Location));
        }
    }
}
