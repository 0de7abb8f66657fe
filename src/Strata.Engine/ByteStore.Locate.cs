using System.Runtime.CompilerServices;
using Strata.Engine.Hashing;
using Strata.Engine.Index;
using Strata.Engine.Layout;

namespace Strata.Engine;

/// <content>Finding a record without a lock, and seeing afterwards whether it was there all the while.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>A chain that is recycled under a reader could lead in circles: after so many hops, less one, it looks at the version and the epoch.</summary>
    private const int HopMask = 63;

    // What a reader saw on its way: enough to see later whether it is still so.
    private ref struct Sighting
    {
        public byte* Record;
        public RecordHeader Header;
        public ulong* Slot;
        public ulong SlotWord;
        public IndexBucket* Head;
        public ulong HeadWord;
        public IndexRoot* Root;
        public ulong Shape;
        public ulong Hash;
        public ulong IndexHash;
        public bool IsFound;
    }

    // Finds a record whose key is, as far as unvalidated bytes can tell, the one asked for.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryLocate(byte* key, int keyBytes, ulong hash, out Sighting seen)
    {
        Unsafe.SkipInit(out seen);
        seen.Hash = hash;
        IndexRoot* root = RootOf(hash);
        ulong shape = Volatile.Read(ref root->Shape);
        // Read after the shape: a secret is there before the first shape that needs it.
        ulong* secret = root->Secret;
        if (secret != null)
            hash = KeyHash.Compute(key, keyBytes, secret);
        IndexBucket* head = root->Head(IndexRoot.HeadIndex(hash, IndexRoot.HeadCountOf(shape)));
        ulong headWord = Volatile.Read(ref head->Head);
        seen.Root = root;
        seen.Shape = shape;
        seen.Head = head;
        seen.HeadWord = headWord;
        seen.IndexHash = hash;
        IndexBucket* bucket = head;
        ulong word = headWord;
        for (int hops = 0; ; hops++)
        {
            for (uint found = TagSearch.Match(bucket, hash); found != 0; found &= found - 1)
            {
                ulong* slot = (ulong*)bucket + System.Numerics.BitOperations.TrailingZeroCount(found);
                ulong slotWord = Volatile.Read(ref *slot);
                byte* record = _regionStart + new IndexSlot(slotWord).OffsetBytes;
                // Only a store that was disposed meanwhile can show a location outside; an empty slot shows location zero, which is no record.
                if (new IndexSlot(slotWord).IsEmpty || record >= _regionEnd)
                    continue;
                var header = RecordHeader.Read(record);
                if (header.KeyBytes != keyBytes || !RecordReader.Same(record + header.KeyOffset, ref *key, keyBytes))
                    continue;
                seen.Record = record;
                seen.Header = header;
                seen.Slot = slot;
                seen.SlotWord = slotWord;
                return seen.IsFound = true;
            }

            int link = IndexBucket.LinkOf(word);
            if (link == 0 || link > root->OverflowLimit || (hops & HopMask) == HopMask && IsElsewhere(in seen))
                return seen.IsFound = false;
            bucket = root->Overflow(link);
            word = Volatile.Read(ref bucket->Head);
        }
    }

    // Whether the chain that is being walked was changed or cleared. A clear leaves the version of the head alone until the head is used again.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsElsewhere(in Sighting seen) =>
        Volatile.Read(ref seen.Head->Head) != seen.HeadWord || !IndexRoot.SameEpoch(Volatile.Read(ref seen.Root->Shape), seen.Shape);

    // Whether nothing of what was read can have been recycled or moved since: the version of the chain is the same and even, the stripe
    // was not cleared, and, for a miss, the index did not grow and is not being rehashed. Everything read before is read before this.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsStill(in Sighting seen)
    {
        bool isUnchanged = IsUnchanged(in seen);
        // Last of all: memory is given back only after this flag was raised.
        ThrowIfDisposed();
        return isUnchanged;
    }

    // The same for a reader that has copied bytes already: if it cannot answer, they are wiped, since nobody knows whose they are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsStill(in Sighting seen, ref ReadTarget target, int writtenBytes)
    {
        bool isUnchanged = IsUnchanged(in seen);
        if (_isDisposed)
        {
            target.WipeAll(writtenBytes);
            ThrowDisposed();
        }

        return isUnchanged;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsUnchanged(in Sighting seen)
    {
        Volatile.ReadBarrier();
        if (IndexBucket.IsOdd(seen.HeadWord) || Volatile.Read(ref seen.Head->Head) != seen.HeadWord)
            return false;
        // After the version, which begins anew only in an epoch that is raised before.
        ulong shape = Volatile.Read(ref seen.Root->Shape);
        return seen.IsFound ? IndexRoot.SameEpoch(shape, seen.Shape) : shape == seen.Shape && !IndexRoot.IsRehashing(shape);
    }
}
