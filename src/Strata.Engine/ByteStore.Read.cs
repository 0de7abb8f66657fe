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

    /// <summary>The longest value that the straight path copies: the guard behind the region has room for it, the longest key, what notes can seem to be, and the header.</summary>
    private const int LongestGuarded = NativeRegion.GuardBytes - ByteStoreOptions.MaxKeyBytes - RecordHeader.NotesLimit - RecordHeader.LongestKeyOffset;

    /// <summary>A chain that is recycled under a reader could lead in circles: after so many hops, less one, it looks at the version and the epoch.</summary>
    private const int HopMask = 63;

    /// <summary>Copies the value of a key into a span.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Where the value goes. Its bytes beyond the value are unspecified only within bytes of this same entry, never of another.</param>
    /// <param name="valueBytes">The length of the value, also when it was not delivered; 0 on a miss.</param>
    /// <returns>
    /// Whether the value was found, was absent, or did not fit. <see cref="ReadOutcome.Stale"/> is a hit of an entry that is past its soft time;
    /// <see cref="ReadOutcome.Marked"/> delivers and counts nothing: <see cref="TryGetEntry(ReadOnlySpan{byte}, Span{byte}, out EntryInfo)"/> does.
    /// </returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes) =>
        TryHitAtOnce(key, destination, out valueBytes) ? ReadOutcome.Hit : ReadInFull(key, destination, out valueBytes);

    /// <summary>Copies the value of a key into a span, and says what else is known of the entry.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Where the value goes. Its bytes beyond the value are unspecified only within bytes of this same entry, never of another.</param>
    /// <param name="info">What is known of the entry; default on a miss.</param>
    /// <returns>Whether the value was found, fresh or stale, was absent, or did not fit. Marked entries are delivered like others.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public ReadOutcome TryGetEntry(ReadOnlySpan<byte> key, Span<byte> destination, out EntryInfo info) =>
        ReadEntry(key, new ReadTarget { Value = destination, TakesMarked = true }, out info);

    /// <summary>Copies the value and the notes of a key into spans, and says what else is known of the entry.</summary>
    /// <inheritdoc cref="TryGetEntry(ReadOnlySpan{byte}, Span{byte}, out EntryInfo)"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Where the value goes. Its bytes beyond the value are unspecified only within bytes of this same entry, never of another.</param>
    /// <param name="notes">Where the notes go, <see cref="EntryInfo.NotesBytes"/> of them: at least <see cref="WriteOptions.MaxNotesBytes"/>. Written with a value only.</param>
    /// <param name="info">What is known of the entry; default on a miss.</param>
    /// <exception cref="ArgumentException">The key is empty or too long, or the notes' destination too short.</exception>
    public ReadOutcome TryGetEntry(ReadOnlySpan<byte> key, Span<byte> destination, Span<byte> notes, out EntryInfo info)
    {
        OptionsCheck.NotesRoom(notes.Length);
        return ReadEntry(key, new ReadTarget { Value = destination, Notes = notes, TakesMarked = true }, out info);
    }

    /// <summary>Says what is known of an entry without reading its value. Counts neither as a hit nor as a miss.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="info">What is known of the entry; default when there is no live one.</param>
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
                RecordWords words = isFound ? RecordReader.WordsOf(seen.Record, seen.Header) : default;
                if (!IsStill(in seen))
                    continue;
                bool isLive = isFound && IsLive(ref words);
                if (isFound && (!isLive || words.IsStale) && WasTouched(in seen, in words))
                    continue;
                info = isLive ? Describe(seen.Header, in words) : default;
                return isLive;
            }

            bool isThere = ReadUnderLock(keyBytes, key.Length, hash, default, out RecordHeader header, out RecordWords lastWords) != ReadOutcome.Miss;
            info = isThere ? Describe(header, in lastWords) : default;
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOutcome ReadInFull(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes)
    {
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            ReadOutcome outcome = Read(keyBytes, key.Length, hash, new ReadTarget { Value = destination }, out RecordHeader header, out _);
            valueBytes = header.ValueBytes;
            return outcome;
        }
    }

    private ReadOutcome ReadEntry(ReadOnlySpan<byte> key, ReadTarget target, out EntryInfo info)
    {
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            ReadOutcome outcome = Read(keyBytes, key.Length, hash, target, out RecordHeader header, out RecordWords words);
            info = outcome == ReadOutcome.Miss ? default : Describe(header, in words);
            return outcome;
        }
    }

    private ReadOutcome Read(byte* key, int keyBytes, ulong hash, ReadTarget target, out RecordHeader header, out RecordWords words)
    {
        for (int attempt = 0; attempt < ReadAttempts; attempt++)
        {
            if (!TryLocate(key, keyBytes, hash, out Sighting seen))
            {
                if (!IsStill(in seen, ref target, 0))
                    continue;
                header = default;
                words = default;
                target.Wipe();
                return Missed(hash);
            }

            header = seen.Header;
            if (header.Has(RecordFlags.Chain))
                break;
            int length = header.ValueBytes;
            // The header is not validated yet: a length that is not a value's could lead out of the region.
            if (length > _regionEnd - (seen.Record + header.ValueOffset))
                continue;
            words = RecordReader.WordsOf(seen.Record, header);
            ReadOutcome refusal = target.Refuses(header);
            int writtenBytes = refusal == ReadOutcome.Hit ? length : 0;
            if (refusal == ReadOutcome.Hit)
                target.Take(seen.Record, header, length);
            if (!IsStill(in seen, ref target, writtenBytes))
            {
                target.WipeLater(writtenBytes);
                continue;
            }

            bool isLive = IsLive(ref words);
            if (!isLive || words.IsStale)
            {
                if (WasTouched(in seen, in words))
                {
                    target.WipeLater(writtenBytes);
                    continue;
                }

                if (!isLive)
                {
                    header = default;
                    target.WipeAll(writtenBytes);
                    return Missed(hash);
                }
            }

            target.Wipe(writtenBytes);
            return refusal == ReadOutcome.Hit ? Hit(in seen, in words) : refusal;
        }

        target.Wipe();
        target.DirtyBytes = 0;
        return ReadSlowly(key, keyBytes, hash, target, out header, out words);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckKey(ReadOnlySpan<byte> key)
    {
        if ((uint)(key.Length - 1) >= ByteStoreOptions.MaxKeyBytes)
            OptionsCheck.ThrowKeyLength(key.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasPassed(long expiryMs) => expiryMs != long.MaxValue && _clock.HasPassed(expiryMs);

    // Whether the time of what was read has not come; notes whether its soft time has.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsLive(ref RecordWords words) => !HasPassed(words.LimitMs) || IsStale(ref words);

    // Of an entry whose first time has come.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsStale(ref RecordWords words) => words.IsStale = words.SoftMs < words.ExpiryMs && !HasPassed(words.ExpiryMs);

    // Whether a time that was read before it had come has been replaced since: then the entry may have been live, or fresh, all the while.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool WasTouched(in Sighting seen, in RecordWords words)
    {
        RecordWords later = RecordReader.WordsOf(seen.Record, seen.Header);
        return !IsUnchanged(in seen) || later.ExpiryMs != words.ExpiryMs || later.SoftMs != words.SoftMs;
    }

    // The time is up by a clock that was read a little later than a found entry's times: at least a millisecond was left when those were compared.
    private EntryInfo Describe(RecordHeader header, in RecordWords words)
    {
        if (words.LimitMs == long.MaxValue)
            return words.Describe(header, 0);
        long nowMs = _clock.NowMs;
        return words.Describe(header, Math.Min(nowMs, (words.IsStale ? words.ExpiryMs : words.LimitMs) - 1));
    }

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOutcome Hit(in Sighting seen, in RecordWords words)
    {
        IndexSlot.CountHit(ref *seen.Slot, seen.SlotWord);
        ulong weight = _counters.Increment(ReadCounter.Hit);
        if (weight != 0)
            _hotKeys.Add(KeyId.Of(seen.IndexHash, seen.Hash), weight);
        if (seen.Header.Has(RecordFlags.Watched))
            NoteWatchedHit(in seen);
        if (_duel is not null && seen.Root->IsSampled(seen.IndexHash))
            _duel.NoteHit(seen.IndexHash, seen.Header.RecordBytes(_slabBytes) + (long)seen.Header.ChainPages(_slabBytes) * _slabBytes);
        return words.IsStale ? ReadOutcome.Stale : ReadOutcome.Hit;
    }

    private ReadOutcome Counted(ReadOutcome outcome)
    {
        if (outcome is ReadOutcome.Hit or ReadOutcome.Stale or ReadOutcome.Miss)
            _counters.Increment(outcome == ReadOutcome.Miss ? ReadCounter.Miss : ReadCounter.Hit);
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
