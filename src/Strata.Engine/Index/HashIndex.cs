using System.Runtime.CompilerServices;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Index;

/// <summary>
/// The index of one stripe, as its writers see it: chains of one-line buckets that grow by linear hashing, a bucket at a time. Every
/// member needs the stripe's lock; readers find their way from <see cref="IndexRoot"/> alone.
/// </summary>
/// <remarks>
/// Chains are compact: only the last bucket of a chain has empty slots, and they are at its end. A chain is changed in one of two ways.
/// One slot is stored, and the version is raised when a slot was cleared or repointed; or several slots move while the version is odd.
/// </remarks>
internal sealed unsafe partial class HashIndex
{
    /// <summary>The mean number of entries a head bucket carries before another is added: chains of up to seven need no overflow.</summary>
    internal const int EntriesPerHead = 6;

    /// <summary>
    /// The overflow buckets of a chain that no secret but an unlucky or known one brings about: with twelve entries a head, the most before a split, more than
    /// 63 in one are a matter of 10^-22.
    /// </summary>
    private const int LongestChain = 8;

    private readonly IndexRoot* _root;
    private readonly PagePool _pool;
    private PageTable _headTable;
    private RecordReader _records;
    private int _headPages;
    private int _headPagesKnown;

    /// <summary>Prepares an index; it has no bucket before <see cref="AddFirstPage"/>.</summary>
    public HashIndex(IndexRoot* root, RecordReader records, PagePool pool, PageTable headTable, PageTable overflowTable)
    {
        _root = root;
        _records = records;
        _pool = pool;
        _headTable = headTable;
        _overflowTable = overflowTable;
        _root->HeadPages = headTable.Start;
        _root->OverflowPages = overflowTable.Start;
        _root->PageMask = (uint)pool.PageBytes - 1;
        _root->PageShift = System.Numerics.BitOperations.Log2((uint)(pool.PageBytes / IndexBucket.BucketBytes));
    }

    public long EntryCount { get; private set; }

    /// <summary>The chains that were found longer than any should be, when a key was added to them.</summary>
    public long LongChains { get; private set; }

    public int PageCount => _headPages + _overflowPages;

    public uint HeadCount => IndexRoot.HeadCountOf(_root->Shape);

    /// <summary>Whether the policy wants to know of requests of this key.</summary>
    public bool IsSampled(ulong hash) => _root->IsSampled(hash);

    /// <summary>Whether an insert can need a page that is not there yet.</summary>
    public bool WantsPage => !HasOverflowBucket || WantsHeadPage;

    private bool WantsHeadPage => EntryCount > HeadCount * (long)EntriesPerHead && HeadCount == (uint)_headPages << _root->PageShift && _headPages < _headTable.Limit;

    /// <summary>The first page, which makes the index usable with the fewest heads.</summary>
    public void AddFirstPage(int page)
    {
        AddHeadPage(page);
        Reset();
    }

    /// <summary>Takes pages from the given source while one is wanted and the source has one.</summary>
    public void TakePages(ReservedPages source)
    {
        if (!HasOverflowBucket)
            StopVacating();
        if (!HasOverflowBucket && _overflowPages < OverflowPageLimit && source.TryTake(PageKind.Index) is var page and not 0)
            AddOverflowPage(page);
        if (WantsHeadPage && source.TryTake(PageKind.Index) is var head and not 0)
            AddHeadPage(head);
    }

    /// <summary>Starts loading the head bucket of a hash.</summary>
    public IndexBucket* HeadOf(ulong hash) => _root->Head(IndexRoot.HeadIndex(hash, HeadCount));

    /// <summary>Finds the entry with a key.</summary>
    public bool TryFind(byte* key, int keyBytes, ulong hash, out SlotPosition position)
    {
        IndexBucket* head = HeadOf(hash);
        for (IndexBucket* bucket = head; bucket != null; bucket = NextOf(bucket))
        {
            for (uint found = TagSearch.Match(bucket, hash); found != 0; found &= found - 1)
            {
                int slot = System.Numerics.BitOperations.TrailingZeroCount(found) - 1;
                ulong word = Volatile.Read(ref bucket->Slots[slot]);
                if (!new IndexSlot(word).IsEmpty && RecordReader.KeyEquals(_records.At(new IndexSlot(word).Location), key, keyBytes))
                {
                    position = new SlotPosition(head, bucket, slot);
                    return true;
                }
            }
        }

        position = default;
        return false;
    }

    /// <summary>Finds the slot that points to a record.</summary>
    public bool TryFind(ulong hash, long location, out SlotPosition position)
    {
        IndexBucket* head = HeadOf(hash);
        for (IndexBucket* bucket = head; bucket != null; bucket = NextOf(bucket))
        {
            for (int slot = 0; slot < IndexBucket.SlotCount; slot++)
            {
                if (new IndexSlot(Volatile.Read(ref bucket->Slots[slot])).Location == location)
                {
                    position = new SlotPosition(head, bucket, slot);
                    return true;
                }
            }
        }

        position = default;
        return false;
    }

    /// <summary>The slots of one chain.</summary>
    public SlotEnumerator SlotsOf(uint head) => new(_root, _root->Head(head));

    /// <summary>Checks that a chain is even and compact. Returns its overflow buckets.</summary>
    public int VerifyChain(uint head)
    {
        int overflowBuckets = -1;
        if (IndexBucket.IsOdd(_root->Head(head)->Head))
            throw new InvalidOperationException($"Integrity: head {head} is odd while no writer is at work.");
        for (IndexBucket* bucket = _root->Head(head); bucket != null; bucket = NextOf(bucket), overflowBuckets++)
        {
            int count = CountOf(bucket);
            bool isCompact = NextOf(bucket) != null ? count == IndexBucket.SlotCount : count > 0 || bucket == _root->Head(head);
            for (int slot = count; slot < IndexBucket.SlotCount; slot++)
                isCompact &= new IndexSlot(bucket->Slots[slot]).IsEmpty;
            if (!isCompact)
                throw new InvalidOperationException($"Integrity: the chain of head {head} has a hole.");
        }

        return overflowBuckets;
    }

    /// <summary>Adds a slot for a key that has none. False, with nothing changed, when the chain is full and there is no overflow bucket.</summary>
    public bool TryInsert(ulong hash, IndexSlot value)
    {
        IndexBucket* bucket = HeadOf(hash);
        int overflowBuckets = 0;
        for (IndexBucket* next = NextOf(bucket); next != null; next = NextOf(bucket), overflowBuckets++)
            bucket = next;
        if (!TryAppend(bucket, value))
            return false;
        LongChains += overflowBuckets > LongestChain ? 1 : 0;
        EntryCount++;
        return true;
    }

    /// <summary>Points a slot to another record. The former record may be recycled after the caller's fence.</summary>
    public static void Repoint(in SlotPosition position, IndexSlot value)
    {
        Volatile.Write(ref position.Bucket->Slots[position.Slot], value.Word);
        Volatile.Write(ref position.Head->Head, IndexBucket.NextVersion(position.Head->Head));
    }

    /// <summary>Clears a slot and fills the hole from the end of the chain. The record may be recycled after the caller's fence.</summary>
    public void Remove(in SlotPosition position)
    {
        BeginMove(position.Head);
        IndexBucket* before = null;
        IndexBucket* tail = position.Bucket;
        for (IndexBucket* next = NextOf(tail); next != null; next = NextOf(tail))
        {
            before = tail;
            tail = next;
        }

        int last = CountOf(tail) - 1;
        Volatile.Write(ref position.Bucket->Slots[position.Slot], tail->Slots[last]);
        Volatile.Write(ref tail->Slots[last], 0);
        if (last == 0 && tail != position.Head)
        {
            before = before != null ? before : BeforeOf(position.Head, tail);
            Recycle(IndexBucket.LinkOf(before->Head));
            Volatile.Write(ref before->Head, IndexBucket.WithLink(before->Head, 0));
        }

        EndMove(position.Head);
        EntryCount--;
    }

    /// <summary>
    /// Forgets every entry, at the cost of a step for each page of overflow buckets. Buckets keep their content until they are used again; readers that are still among them see
    /// that the epoch is another one.
    /// </summary>
    public void Clear() => Clear(isRehashing: false);

    private void Clear(bool isRehashing)
    {
        Reset(isRehashing);
        ForgetOverflow();
        EntryCount = 0;
    }

    /// <summary>Keeps readers of the chain from accepting anything until <see cref="EndMove"/>.</summary>
    public static void BeginMove(IndexBucket* head)
    {
        Volatile.Write(ref head->Head, IndexBucket.Odd(head->Head));
        // The odd version must be visible before the first slot or byte that changes under it.
        Volatile.WriteBarrier();
    }

    public static void EndMove(IndexBucket* head) =>
        Volatile.Write(ref head->Head, IndexBucket.NextVersion(head->Head));

    private IndexBucket* NextOf(IndexBucket* bucket) =>
        IndexBucket.LinkOf(bucket->Head) is var link and not 0 ? _root->Overflow(link) : null;

    private IndexBucket* BeforeOf(IndexBucket* head, IndexBucket* bucket)
    {
        while (NextOf(head) != bucket)
            head = NextOf(head);
        return head;
    }

    private static int CountOf(IndexBucket* bucket)
    {
        int count = 0;
        while (count < IndexBucket.SlotCount && !new IndexSlot(bucket->Slots[count]).IsEmpty)
            count++;
        return count;
    }

    // Stores into the first empty slot behind a bucket that is the last of its chain.
    private bool TryAppend(IndexBucket* tail, IndexSlot value)
    {
        int count = CountOf(tail);
        if (count == IndexBucket.SlotCount)
        {
            // Free buckets of a page that is being emptied do not count, until they are the last: slots that are on their way need a place.
            if (!HasOverflowBucket)
                StopVacating();
            if (!HasOverflowBucket)
                return false;
            int link = TakeOverflow();
            IndexBucket* overflow = _root->Overflow(link);
            *overflow = default;
            overflow->Slots[0] = value.Word;
            // Published with its first slot in place.
            Volatile.Write(ref tail->Head, IndexBucket.WithLink(tail->Head, link));
            return true;
        }

        Volatile.Write(ref tail->Slots[count], value.Word);
        return true;
    }

    private void AddHeadPage(int page) => Install(_headTable, _headPages++, ref _headPagesKnown, page);

    // Puts a page into a table. Where a parked one stands already, that one is used again and the given one goes back.
    private void Install(PageTable table, int index, ref int known, int page)
    {
        if (index < known)
        {
            _pool.Unpark(_pool.PageOf(table[index]), page);
            return;
        }

        table[index] = _pool.AddressOf(page);
        known++;
    }

    private void Reset(bool isRehashing = false)
    {
        // The new epoch first: a reader that still accepts something has read the old one, and everything of it, before.
        Volatile.Write(ref _root->Shape, IndexRoot.WithRehash(IndexRoot.WithHeadCount(IndexRoot.NextEpoch(_root->Shape), IndexRoot.FewestHeads), isRehashing));
        Volatile.WriteBarrier();
        for (uint i = 0; i < IndexRoot.FewestHeads; i++)
            Initialize(_root->Head(i));
    }

    // A bucket that was used before keeps its version and goes on from there; an odd one becomes even.
    private static void Initialize(IndexBucket* head)
    {
        ulong next = IndexBucket.WithLink(IndexBucket.NextVersion(head->Head), 0) & IndexBucket.VersionMask;
        for (int i = 0; i < IndexBucket.SlotCount; i++)
            Volatile.Write(ref head->Slots[i], 0);
        Volatile.Write(ref head->Head, next);
    }
}
