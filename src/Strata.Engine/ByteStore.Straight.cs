using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>The straight path of a read: what is found at once, by code that makes no call.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>The overflow buckets that the straight path follows; longer chains are rare.</summary>
    private const int ShortChain = 4;

    /// <summary>The longest value that the straight path copies: the guard behind the region has room for it, the longest key, what notes can seem to be, and the header.</summary>
    private const int LongestGuarded = NativeRegion.GuardBytes - ByteStoreOptions.MaxKeyBytes - RecordHeader.NotesLimit - RecordHeader.LongestKeyOffset;

    // The common case as straight code that makes no call but for the time: the first slot with the tag in a short chain, a value that is whole in
    // its record and fits, nobody in the way. A read that misses the caches is bounded by its instructions, since what fits the processor's window
    // decides how many reads overlap. Whatever else it meets it leaves to ReadInFull, which begins anew: also the keys of a stripe with a secret of its own,
    // which it looks for in a wrong chain.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryHitAtOnce(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes)
    {
        Unsafe.SkipInit(out valueBytes);
        if ((uint)(key.Length - 1) >= ByteStoreOptions.MaxKeyBytes)
            return false;
        ulong hash = KeyHash.Compute(ref MemoryMarshal.GetReference(key), key.Length, _secretWords);
        Candidate candidate = Begin(hash);
        candidate.HeadWord = Volatile.Read(ref candidate.Head->Head);
        IndexBucket* bucket = candidate.Head;
        uint found;
        ulong word = candidate.HeadWord;
        for (int hops = 0; (found = TagSearch.Match(bucket, hash)) == 0; hops++)
        {
            int link = IndexBucket.LinkOf(word);
            if (link == 0 || link > candidate.Root->OverflowLimit || hops == ShortChain)
                return false;
            bucket = candidate.Root->Overflow(link);
            word = Volatile.Read(ref bucket->Head);
        }

        Choose(ref candidate, bucket, found);
        if (!TryCopyHit(in candidate, key, destination, out valueBytes, out long expiryMs))
            return false;
        if (candidate.Root->IsSampled(hash))
            NoteSampledHit(hash, key.Length, valueBytes, expiryMs);
        // The time comes last, when little has to be kept across the call.
        if (HasPassed(expiryMs))
        {
            Wipe(destination, 0, valueBytes);
            return false;
        }

        if (!_counters.TryAdd(ReadCounter.Hit, 1, out ulong page))
            CountHitElsewhere(key, page);
        return true;
    }

    // What policy makes of a hit that came too late does not matter. A version, which is not known here, would make the record a word longer.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteSampledHit(ulong hash, int keyBytes, int valueBytes, long expiryMs) =>
        _duel?.NoteHit(hash, new RecordHeader(keyBytes, valueBytes, expiryMs == long.MaxValue ? default : RecordFlags.Expiry).RecordBytes(_slabBytes));

    // Where a straight read has come to: the chain, and the slot in it that has the tag.
    private struct Candidate
    {
        public IndexRoot* Root;
        public ulong Shape;
        public IndexBucket* Head;
        public ulong HeadWord;
        public ulong* Slot;
        public ulong SlotWord;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Candidate Begin(ulong hash)
    {
        Unsafe.SkipInit(out Candidate candidate);
        candidate.Root = RootOf(hash);
        candidate.Shape = Volatile.Read(ref candidate.Root->Shape);
        candidate.Head = candidate.Root->Head(IndexRoot.HeadIndex(hash, IndexRoot.HeadCountOf(candidate.Shape)));
        return candidate;
    }

    // Takes the first slot of those found, and starts loading its record.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Choose(ref Candidate candidate, IndexBucket* bucket, uint found)
    {
        candidate.Slot = (ulong*)bucket + System.Numerics.BitOperations.TrailingZeroCount(found);
        candidate.SlotWord = Volatile.Read(ref *candidate.Slot);
        // A slot holds what a writer stored, or zero: then the record is the region's first word, which is no header.
        PrefetchRest(_regionStart + new IndexSlot(candidate.SlotWord).OffsetBytes);
    }

    // Copies the value if the candidate is the key's and nobody is in the way. Whether its time has come is left to the caller, who may ask for many
    // values at once; until then nothing but the slot's frequency is counted.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryCopyHit(in Candidate candidate, ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes, out long expiryMs)
    {
        Unsafe.SkipInit(out expiryMs);
        byte* record = _regionStart + new IndexSlot(candidate.SlotWord).OffsetBytes;
        var header = RecordHeader.Read(record);
        int length = valueBytes = header.ValueBytes;
        // The header is not validated yet. Whatever it says, so many bytes can be read behind any record.
        if (!header.IsWhole(key.Length) || length > Math.Min(destination.Length, LongestGuarded))
            return false;
        byte* recordKey = record + header.KeyOffset;
        if (!RecordReader.Same(recordKey, ref MemoryMarshal.GetReference(key), key.Length))
            return false;
        // The first word, soft time or expiry: a soft one is never the later.
        expiryMs = header.Has(RecordFlags.Times) ? RecordReader.Word(record + header.HeaderBytes) : long.MaxValue;
        RecordReader.Copy(recordKey + key.Length + header.NotesBytes, ref MemoryMarshal.GetReference(destination), length);
        Volatile.ReadBarrier();
        // The looks of IsStill; a head that was odd is no version that it can have now.
        if (Volatile.Read(ref candidate.Head->Head) == IndexBucket.Even(candidate.HeadWord)
            && IndexRoot.SameEpoch(Volatile.Read(ref candidate.Root->Shape), candidate.Shape)
            && !_isDisposed)
        {
            IndexSlot.CountHit(ref *candidate.Slot, candidate.SlotWord);
            return true;
        }

        // What was copied may be of a record that was being recycled.
        Wipe(destination, 0, length);
        return false;
    }

    // The address of a value depends on its header: without this its later lines would be asked for only when the first has come.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchRest(byte* record)
    {
        if (!System.Runtime.Intrinsics.X86.Sse.IsSupported)
            return;
        System.Runtime.Intrinsics.X86.Sse.Prefetch0(record + IndexBucket.BucketBytes);
        System.Runtime.Intrinsics.X86.Sse.Prefetch0(record + 2 * IndexBucket.BucketBytes);
    }
}
