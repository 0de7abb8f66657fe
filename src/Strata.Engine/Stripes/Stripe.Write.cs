using Strata.Engine.Expiry;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

internal sealed unsafe partial class Stripe
{
    /// <summary>Starts loading what a write of this key will need.</summary>
    public void Prefetch(ulong hash)
    {
        if (System.Runtime.Intrinsics.X86.Sse.IsSupported)
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(_index.HeadOf(hash));
    }

    /// <summary>
    /// Whether the request's conditions hold now: <see cref="WriteOutcome.Stored"/> if they do. A write that they refuse is spared all that it would do
    /// to make room.
    /// </summary>
    public WriteOutcome Check<TTest>(in WriteRequest request, in TTest replaceable)
        where TTest : IEntryTest, allows ref struct
    {
        if (request.Fence.IsPassed)
            return WriteOutcome.Overtaken;
        if (request.Mode == WriteMode.Set)
            return WriteOutcome.Stored;
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = request.NowMs;
            return CheckUnderLock(in request, in replaceable);
        }
    }

    /// <summary>Writes an entry if the request's conditions hold. Once it is published its chain is no longer the request's.</summary>
    public WriteOutcome Write<TTest>(ref WriteRequest request, in TTest replaceable, out long version)
        where TTest : IEntryTest, allows ref struct
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            version = 0;
            _nowMs = request.NowMs;
            request.Hash = _index.HashOf(request.Key, request.KeyBytes, request.Hash);
            if (request.Fence.IsPassed)
                return WriteOutcome.Overtaken;
            if (request.Mode != WriteMode.Set && CheckUnderLock(in request, in replaceable) is var early && early != WriteOutcome.Stored)
                return early;
            RecordHeader header = request.Header;
            int recordBytes = request.LacksSpace ? 0 : header.RecordBytes(_pool.PageBytes);
            // Room first: making it may move or drop the very entry that is looked for.
            if (_index.EntryCount >= _entryLimit && !_index.TryFind(request.Key, request.KeyBytes, request.Hash, out _))
                EvictToLimitUnderLock();
            bool hasRoom = !request.LacksSpace && EnsureRoomUnderLock(recordBytes, mayDrop: true);
            bool isFound = _index.TryFind(request.Key, request.KeyBytes, request.Hash, out SlotPosition position);
            WriteOutcome refusal = CheckUnderLock(in request, isFound, position, in replaceable);
            if (refusal != WriteOutcome.Stored)
                return refusal;
            if (!hasRoom)
            {
                if (request.LacksSpace && isFound)
                    DropForLackOfSpaceUnderLock(position);
                return WriteOutcome.NoSpace;
            }

            // Of all writes to all stripes no two have the same.
            version = request.IsVersioned ? (++_version * _parts.StripeCount) + _number : 0;
            _counters.Writes++;
            _counters.WrittenBytes += recordBytes;
            if (isFound)
                OverwriteUnderLock(ref request, position, header, recordBytes, version);
            else
                InsertUnderLock(ref request, header, recordBytes, version);
            MaintainUnderLock();
            RehashIfFloodedUnderLock();
            return WriteOutcome.Stored;
        }
    }

    /// <summary>Changes the time to live of a live entry; 0 means that it no longer expires.</summary>
    public WriteOutcome Touch(byte* key, int keyBytes, ulong hash, long ttlMs, long nowMs)
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = nowMs;
            hash = _index.HashOf(key, keyBytes, hash);
            if (!_index.TryFind(key, keyBytes, hash, out SlotPosition position) || IsExpiredUnderLock(position))
                return WriteOutcome.NotFound;
            byte* record = _records.At(position.Value.Location);
            RecordHeader header = RecordReader.HeaderOf(record);
            long expiryMs = ttlMs == 0 ? long.MaxValue : nowMs + ttlMs;
            if (header.Has(RecordFlags.Expiry))
            {
                SetTimesUnderLock(position, SoftOf(record, header), expiryMs);
            }
            else if (ttlMs != 0)
            {
                bool hasRoom = EnsureRoomUnderLock(header.With(RecordFlags.Expiry).RecordBytes(_pool.PageBytes), mayDrop: false);
                // Making room may have moved or evicted the very entry.
                if (!_index.TryFind(key, keyBytes, hash, out position))
                    return WriteOutcome.NotFound;
                if (!hasRoom)
                    return WriteOutcome.NoSpace;
                AppendWithExpiryUnderLock(position, expiryMs);
                MaintainUnderLock();
            }

            return WriteOutcome.Stored;
        }
    }

    // New times for a record that has their words. The soft one is never the later: readers may look at the first word alone.
    private void SetTimesUnderLock(in SlotPosition position, long softMs, long expiryMs)
    {
        byte* record = _records.At(position.Value.Location);
        RecordHeader header = RecordReader.HeaderOf(record);
        RemoveExpiryUnderLock(record, header);
        // A reader that sees half of a new time sees another version at its second look.
        HashIndex.BeginMove(position.Head);
        if (header.Has(RecordFlags.Soft))
            RecordReader.SetWord(record + header.OffsetOf(RecordFlags.Soft), Math.Min(softMs, expiryMs));
        if (header.Has(RecordFlags.Expiry))
            RecordReader.SetWord(record + header.OffsetOf(RecordFlags.Expiry), expiryMs);
        HashIndex.EndMove(position.Head);
        AddExpiryUnderLock(record, header);
    }

    /// <summary>Removes an entry. False when there was no live one.</summary>
    public bool Remove(byte* key, int keyBytes, ulong hash, long nowMs)
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = nowMs;
            hash = _index.HashOf(key, keyBytes, hash);
            if (!_index.TryFind(key, keyBytes, hash, out SlotPosition position))
                return false;
            bool isLive = !IsExpiredUnderLock(position);
            _removedBytes += RecordReader.HeaderOf(_records.At(position.Value.Location)).RecordBytes(_pool.PageBytes);
            DropUnderLock(position, RemovalReason.Removed);
            if (isLive)
                _counters.Removals++;
            else
                _counters.Expirations++;
            CompactUnderLock();
            return isLive;
        }
    }

    // The value that is there must not be served as if it were the one that found no room.
    private void DropForLackOfSpaceUnderLock(in SlotPosition position)
    {
        if (IsExpiredUnderLock(position))
            _counters.Expirations++;
        else
            _counters.Evictions++;
        DropUnderLock(position, RemovalReason.NoSpace);
    }

    private WriteOutcome CheckUnderLock<TTest>(in WriteRequest request, in TTest replaceable)
        where TTest : IEntryTest, allows ref struct
    {
        bool isFound = _index.TryFind(request.Key, request.KeyBytes, _index.HashOf(request.Key, request.KeyBytes, request.Hash), out SlotPosition position);
        return CheckUnderLock(in request, isFound, position, in replaceable);
    }

    private WriteOutcome CheckUnderLock<TTest>(in WriteRequest request, bool isFound, in SlotPosition position, in TTest replaceable)
        where TTest : IEntryTest, allows ref struct
    {
        if (request.Mode == WriteMode.Set)
            return WriteOutcome.Stored;
        bool isLive = isFound && !IsExpiredUnderLock(position);
        if (request.Mode == WriteMode.Add)
            return isLive && !MatchesUnderLock(position, in replaceable) ? WriteOutcome.Exists : WriteOutcome.Stored;
        if (!isLive)
            return WriteOutcome.NotFound;
        byte* record = _records.At(position.Value.Location);
        RecordHeader header = RecordReader.HeaderOf(record);
        if (!header.Has(RecordFlags.Version))
            return WriteOutcome.NotVersioned;
        return VersionOf(record, header) == request.ExpectedVersion ? WriteOutcome.Stored : WriteOutcome.VersionMismatch;
    }

    private bool IsExpiredUnderLock(in SlotPosition position)
    {
        byte* record = _records.At(position.Value.Location);
        return HasExpired(record, RecordReader.HeaderOf(record));
    }

    private bool HasExpired(byte* record, RecordHeader header) =>
        header.Has(RecordFlags.Expiry) && ExpiryOf(record, header) <= _nowMs;

    private void InsertUnderLock(ref WriteRequest request, RecordHeader header, int recordBytes, long version)
    {
        bool isMain = _policy.BeginsInMain(_ghost.Take(request.Hash), Rings);
        if (request.Priority != EntryPriority.Normal)
            isMain = request.Priority == EntryPriority.High;
        byte* record = AppendUnderLock(isMain, request.TtlClass, recordBytes);
        FillUnderLock(ref request, record, header, version);
        AddBytesUnderLock(record, header, recordBytes);
        AddChainUnderLock(record, header, isMain);
        bool inserted = _index.TryInsert(request.Hash, new IndexSlot(request.Hash, _records.LocationOf(record), isMain, request.Priority == EntryPriority.High ? 1 : 0));
        Invariant.That(inserted, _index.EntryCount);
        request.Chain = 0;
        if (_duel is not null && _index.IsSampled(request.Hash))
            _duel.NoteInsert(request.Hash, TotalBytes(header, recordBytes), _counters.Evictions != 0 ? EntryBytes : ShareBytes, _counters.Evictions != 0);
    }

    // An overwrite keeps its ring and its frequency.
    private void OverwriteUnderLock(ref WriteRequest request, in SlotPosition position, RecordHeader header, int recordBytes, long version)
    {
        IndexSlot slot = position.Value;
        byte* former = _records.At(slot.Location);
        RecordHeader formerHeader = RecordReader.HeaderOf(former);
        ReportUnderLock(RemovalReason.Replaced, former, formerHeader);
        bool sameSize = !header.Has(RecordFlags.Chain) && !formerHeader.Has(RecordFlags.Chain) && formerHeader.RecordBytes(_pool.PageBytes) == recordBytes;
        // Not under the hand, which could drop it the next moment.
        if (sameSize && _pool.PageOf(former) != _hand && TryOverwriteInPlaceUnderLock(ref request, position, former, header, version))
            return;
        byte* record = AppendUnderLock(slot.IsMain, request.TtlClass, recordBytes);
        FillUnderLock(ref request, record, header, version);
        AddBytesUnderLock(record, header, recordBytes);
        AddChainUnderLock(record, header, slot.IsMain);
        HashIndex.Repoint(position, new IndexSlot(request.Hash, _records.LocationOf(record), slot.IsMain, slot.Frequency));
        request.Chain = 0;
        KillUnderLock(former, formerHeader);
        ReturnChainUnderLock(former, formerHeader, slot.IsMain);
    }

    // Readers of the chain see an odd version, or another one at their second look. A pinned page is left as it is: its reader looks only once.
    private bool TryOverwriteInPlaceUnderLock(ref WriteRequest request, in SlotPosition position, byte* record, RecordHeader header, long version)
    {
        HashIndex.BeginMove(position.Head);
        PagePool.Unlinked();
        int page = _pool.PageOf(record);
        bool isPinned = HazardTable.IsPinned(_pool.AddressOf(page));
        if (!isPinned)
        {
            RecordHeader former = RecordReader.HeaderOf(record);
            bool expires = header.Has(RecordFlags.Expiry) || former.Has(RecordFlags.Expiry);
            if (expires)
                RemoveExpiryUnderLock(record, former);
            FillUnderLock(ref request, record, header, version);
            if (expires)
                AddExpiryUnderLock(record, header);
        }

        HashIndex.EndMove(position.Head);
        return !isPinned;
    }

    // The chain of a long value stays the same one: only its record moves.
    private void AppendWithExpiryUnderLock(in SlotPosition position, long expiryMs)
    {
        IndexSlot slot = position.Value;
        byte* former = _records.At(slot.Location);
        RecordHeader formerHeader = RecordReader.HeaderOf(former);
        RecordHeader header = formerHeader.With(RecordFlags.Expiry);
        byte* record = AppendUnderLock(slot.IsMain, TtlClass.Of(expiryMs - _nowMs), header.RecordBytes(_pool.PageBytes));
        header.Write(record);
        // Everything before and behind the expiry word is as it was: the other optional words, the key, the notes and the value.
        int headerBytes = header.HeaderBytes, at = header.OffsetOf(RecordFlags.Expiry);
        int rest = formerHeader.RecordBytes(_pool.PageBytes) - at;
        Buffer.MemoryCopy(former + headerBytes, record + headerBytes, at - headerBytes, at - headerBytes);
        RecordReader.SetWord(record + at, expiryMs);
        Buffer.MemoryCopy(former + at, record + at + sizeof(long), rest, rest);
        if (header.Has(RecordFlags.Soft))
            RecordReader.SetWord(record + header.OffsetOf(RecordFlags.Soft), Math.Min(SoftOf(record, header), expiryMs));
        RepointUnderLock(position, former, record, slot.IsMain, slot.Frequency);
    }

    // A copy of a record takes its place. The former bytes are dead from here on.
    private void RepointUnderLock(in SlotPosition position, byte* former, byte* record, bool isMain, int frequency)
    {
        RecordHeader header = RecordReader.HeaderOf(record);
        int recordBytes = header.RecordBytes(_pool.PageBytes);
        AddBytesUnderLock(record, header, recordBytes);
        HashIndex.Repoint(position, new IndexSlot(position.Value.Word & IndexSlot.TagMask, _records.LocationOf(record), isMain, frequency));
        KillUnderLock(former, RecordReader.HeaderOf(former));
    }

    private void FillUnderLock(ref WriteRequest request, byte* record, RecordHeader header, long version)
    {
        header.Write(record);
        if (request.SoftTtlMs != 0)
            RecordReader.SetWord(record + header.OffsetOf(RecordFlags.Soft), request.SoftTtlMs == WriteRequest.StaleAtOnce ? RecordWords.MadeStaleMs : request.NowMs + request.SoftTtlMs);
        if (request.TtlMs != 0)
            RecordReader.SetWord(record + header.OffsetOf(RecordFlags.Expiry), request.NowMs + request.TtlMs);
        if (request.IsVersioned)
            RecordReader.SetWord(record + header.OffsetOf(RecordFlags.Version), version);
        if (request.Chain != 0)
            RecordReader.SetWord(record + header.OffsetOf(RecordFlags.Chain), request.Chain);
        byte* key = record + header.KeyOffset;
        Buffer.MemoryCopy(request.Key, key, request.KeyBytes, request.KeyBytes);
        byte* value = record + header.ValueOffset;
        request.Notes.CopyTo(new Span<byte>(key + request.KeyBytes, request.Notes.Length));
        request.InlineValue.CopyTo(new Span<byte>(value, request.InlineValue.Length));
    }

    // Counts a record that is about to be pointed to.
    private void AddBytesUnderLock(byte* record, RecordHeader header, int recordBytes)
    {
        _liveBytes += recordBytes;
        AddExpiryUnderLock(record, header);
    }

    private void AddChainUnderLock(byte* record, RecordHeader header, bool isMain)
    {
        if (!header.Has(RecordFlags.Chain))
            return;
        _chains.Add(ChainOf(record, header));
        long chainBytes = (long)header.ChainPages(_pool.PageBytes) * _pool.PageBytes;
        RingOf(isMain).ChainBytes += chainBytes;
        _counters.WrittenBytes += chainBytes;
        NoteWeightUnderLock();
    }

    private void ReturnChainUnderLock(byte* record, RecordHeader header, bool isMain)
    {
        if (!header.Has(RecordFlags.Chain))
            return;
        RingOf(isMain).ChainBytes -= (long)header.ChainPages(_pool.PageBytes) * _pool.PageBytes;
        int chain = ChainOf(record, header);
        _chains.Remove(chain);
        _pool.ReturnChain(chain);
        NoteWeightUnderLock();
    }

    // Clears the slot of a record and lets go of its bytes and its chain.
    private void DropUnderLock(in SlotPosition position, RemovalReason reason)
    {
        IndexSlot slot = position.Value;
        byte* record = _records.At(slot.Location);
        RecordHeader header = RecordReader.HeaderOf(record);
        ReportUnderLock(reason, record, header);
        _index.Remove(position);
        KillUnderLock(record, header);
        ReturnChainUnderLock(record, header, slot.IsMain);
    }

    // Counts the bytes of a record that no slot points to.
    private void KillUnderLock(byte* record, RecordHeader header)
    {
        int page = _pool.PageOf(record);
        int recordBytes = header.RecordBytes(_pool.PageBytes);
        bool isCounted = IsCounted(record, header, in _pool.Infos[page]);
        header.With(RecordFlags.Dead).Write(record);
        _liveBytes -= recordBytes;
        _waste.Count(page, recordBytes, isCounted ? -recordBytes : 0);
    }
}
