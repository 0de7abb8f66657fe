using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;
using Strata.Engine.Index;
using Strata.Engine.Insight;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>Reads: validated copies without a lock.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>Tries before a reader that is overtaken by writers again and again takes the lock.</summary>
    private const int ReadAttempts = 16;

    /// <summary>The overflow buckets that the straight path follows; longer chains are rare.</summary>
    private const int ShortChain = 4;

    /// <summary>The longest value that the straight path copies: the guard behind the region has room for it, the longest key and the header.</summary>
    private const int LongestGuarded = NativeRegion.GuardBytes - ByteStoreOptions.MaxKeyBytes - RecordHeader.LongestKeyOffset;

    /// <summary>A chain that is recycled under a reader could lead in circles: after so many hops, less one, it looks at the version and the epoch.</summary>
    private const int HopMask = 63;

    /// <summary>Copies the value of a key into a span.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Where the value goes. Its bytes beyond the value are unspecified only within bytes of this same entry, never of another.</param>
    /// <param name="valueBytes">The length of the value, also when the destination is too short for it; 0 on a miss.</param>
    /// <returns>Whether the value was found, was absent, or did not fit.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes) =>
        TryHitAtOnce(key, destination, out valueBytes) ? ReadOutcome.Hit : ReadInFull(key, destination, out valueBytes);

    /// <summary>Copies the value of a key into a span, and says what else is known of the entry.</summary>
    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, Span{byte}, out int)"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Where the value goes.</param>
    /// <param name="info">The length, version and remaining life of the entry; default on a miss.</param>
    public ReadOutcome TryGetEntry(ReadOnlySpan<byte> key, Span<byte> destination, out EntryInfo info)
    {
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            ReadOutcome outcome = Read(keyBytes, key.Length, hash, destination, out RecordHeader header, out long version, out long expiryMs);
            info = outcome == ReadOutcome.Miss ? default : Describe(header, version, expiryMs);
            return outcome;
        }
    }

    /// <summary>Says what is known of an entry without reading its value. Counts neither as a hit nor as a miss.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="info">The length, version and remaining life of the entry; default when there is no live one.</param>
    /// <returns>Whether there is a live entry.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool TryGetInfo(ReadOnlySpan<byte> key, out EntryInfo info)
    {
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            for (int attempt = 0; attempt < ReadAttempts; attempt++)
            {
                bool isFound = TryLocate(keyBytes, key.Length, hash, out Sighting seen);
                long expiryMs = long.MaxValue, version = 0;
                if (isFound)
                    ReadWords(in seen, out version, out expiryMs);
                if (!IsStill(in seen))
                    continue;
                bool isLive = isFound && !HasPassed(expiryMs);
                if (isFound && !isLive && WasTouched(in seen, expiryMs))
                    continue;
                info = isLive ? Describe(seen.Header, version, expiryMs) : default;
                return isLive;
            }

            bool isThere = ReadUnderLock(keyBytes, key.Length, hash, default, out RecordHeader header, out long lastVersion, out long lastExpiryMs) != ReadOutcome.Miss;
            info = isThere ? Describe(header, lastVersion, lastExpiryMs) : default;
            return isThere;
        }
    }

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
        expiryMs = header.Has(RecordFlags.Expiry) ? RecordReader.Word(record + header.HeaderBytes) : long.MaxValue;
        RecordReader.Copy(recordKey + key.Length, ref MemoryMarshal.GetReference(destination), length);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOutcome ReadInFull(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes)
    {
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            ReadOutcome outcome = Read(keyBytes, key.Length, hash, destination, out RecordHeader header, out _, out _);
            valueBytes = header.ValueBytes;
            return outcome;
        }
    }

    private ReadOutcome Read(byte* key, int keyBytes, ulong hash, Span<byte> destination, out RecordHeader header, out long version, out long expiryMs)
    {
        int dirtyBytes = 0;
        for (int attempt = 0; attempt < ReadAttempts; attempt++)
        {
            if (!TryLocate(key, keyBytes, hash, out Sighting seen))
            {
                if (!IsStill(in seen, destination, dirtyBytes))
                    continue;
                header = default;
                version = expiryMs = 0;
                return Missed(hash, destination, dirtyBytes);
            }

            header = seen.Header;
            if (header.Has(RecordFlags.Chain))
                break;
            int length = header.ValueBytes;
            byte* value = seen.Record + header.KeyOffset + keyBytes;
            // The header is not validated yet: a length that is not a value's could lead out of the region.
            if (length > _regionEnd - value)
                continue;
            ReadWords(in seen, out version, out expiryMs);
            bool fits = length <= destination.Length;
            if (fits)
                new ReadOnlySpan<byte>(value, length).CopyTo(destination);
            int writtenBytes = fits ? Math.Max(dirtyBytes, length) : dirtyBytes;
            if (!IsStill(in seen, destination, writtenBytes))
            {
                dirtyBytes = writtenBytes;
                continue;
            }

            if (HasPassed(expiryMs))
            {
                if (WasTouched(in seen, expiryMs))
                {
                    dirtyBytes = writtenBytes;
                    continue;
                }

                header = default;
                return Missed(hash, destination, writtenBytes);
            }

            if (dirtyBytes != 0)
                Wipe(destination, fits ? length : 0, dirtyBytes);
            return fits ? Hit(in seen) : ReadOutcome.DestinationTooShort;
        }

        Wipe(destination, 0, dirtyBytes);
        return ReadSlowly(key, keyBytes, hash, destination, out header, out version, out expiryMs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckKey(ReadOnlySpan<byte> key)
    {
        if ((uint)(key.Length - 1) >= ByteStoreOptions.MaxKeyBytes)
            OptionsCheck.ThrowKeyLength(key.Length);
    }

    // The optional words of a record that is not validated yet: any bytes will do, they are numbers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadWords(in Sighting seen, out long version, out long expiryMs)
    {
        expiryMs = seen.Header.Has(RecordFlags.Expiry) ? RecordReader.Word(seen.Record + seen.Header.OffsetOf(RecordFlags.Expiry)) : long.MaxValue;
        version = seen.Header.Has(RecordFlags.Version) ? RecordReader.Word(seen.Record + seen.Header.OffsetOf(RecordFlags.Version)) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasPassed(long expiryMs) => expiryMs != long.MaxValue && _clock.HasPassed(expiryMs);

    // Whether an expiry that was read before its time had come has been replaced since: then the entry may have been live all the while.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool WasTouched(in Sighting seen, long expiryMs)
    {
        ReadWords(in seen, out _, out long laterMs);
        return !IsUnchanged(in seen) || laterMs != expiryMs;
    }

    // The time was up by a clock that was read a little later than a found entry's expiry: at least a millisecond was left when that was compared.
    private EntryInfo Describe(RecordHeader header, long version, long expiryMs) =>
        new(header.ValueBytes, version, expiryMs == long.MaxValue ? expiryMs : Math.Max(1, expiryMs - _clock.NowMs));

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
    private bool IsStill(in Sighting seen) => IsStill(in seen, default, 0);

    // The same for a reader that has copied bytes already: if it cannot answer, they are wiped, since nobody knows whose they are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsStill(in Sighting seen, Span<byte> destination, int dirtyBytes)
    {
        bool isUnchanged = IsUnchanged(in seen);
        // Last of all: memory is given back only after this flag was raised.
        if (_isDisposed)
        {
            Wipe(destination, 0, dirtyBytes);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOutcome Hit(in Sighting seen)
    {
        IndexSlot.CountHit(ref *seen.Slot, seen.SlotWord);
        ulong weight = _counters.Increment(ReadCounter.Hit);
        if (weight != 0)
            _hotKeys.Add(KeyId.Of(seen.IndexHash, seen.Hash), weight);
        if (seen.Header.Has(RecordFlags.Watched))
            NoteWatchedHit(in seen);
        if (_duel is not null && seen.Root->IsSampled(seen.IndexHash))
            _duel.NoteHit(seen.IndexHash, seen.Header.RecordBytes(_slabBytes) + (long)seen.Header.ChainPages(_slabBytes) * _slabBytes);
        return ReadOutcome.Hit;
    }

    private ReadOutcome Missed(ulong hash, Span<byte> destination, int dirtyBytes)
    {
        Wipe(destination, 0, dirtyBytes);
        return Missed(hash);
    }

    private ReadOutcome Counted(ReadOutcome outcome)
    {
        if (outcome != ReadOutcome.DestinationTooShort)
            _counters.Increment(outcome == ReadOutcome.Hit ? ReadCounter.Hit : ReadCounter.Miss);
        return outcome;
    }

    // What a failed attempt copied may belong to another key.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Wipe(Span<byte> destination, int from, int to)
    {
        if (to > from)
            destination[from..to].Clear();
    }
}
