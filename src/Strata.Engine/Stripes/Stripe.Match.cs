using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

/// <summary>Operations on entries that a caller's test is asked about. It is the only code of a caller that runs under the lock, and only before anything is changed.</summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>Removes an entry if it matches. False when there was no live one that does.</summary>
    public bool Remove<TTest>(byte* key, int keyBytes, ulong hash, long nowMs, in TTest test)
        where TTest : IEntryTest, allows ref struct
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = nowMs;
            if (!_index.TryFind(key, keyBytes, _index.HashOf(key, keyBytes, hash), out SlotPosition position)
                || IsExpiredUnderLock(position) || !MatchesUnderLock(position, in test))
                return false;
            RemoveUnderLock(position);
            CompactUnderLock();
            return true;
        }
    }

    /// <summary>Changes the times of a live entry that matches and has their words; a time of 0 stays as it is, <see cref="long.MaxValue"/> is never.</summary>
    public WriteOutcome Extend<TTest>(byte* key, int keyBytes, ulong hash, long softTtlMs, long ttlMs, long nowMs, in TTest test)
        where TTest : IEntryTest, allows ref struct
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = nowMs;
            if (!_index.TryFind(key, keyBytes, _index.HashOf(key, keyBytes, hash), out SlotPosition position) || IsExpiredUnderLock(position))
                return WriteOutcome.NotFound;
            byte* record = _records.At(position.Value.Location);
            RecordHeader header = RecordReader.HeaderOf(record);
            bool hasWords = (softTtlMs == 0 || header.Has(RecordFlags.Soft)) && (ttlMs == 0 || header.Has(RecordFlags.Expiry));
            if (!hasWords || !MatchesUnderLock(position, in test))
                return WriteOutcome.NotFound;
            SetTimesUnderLock(position, TimeUnderLock(softTtlMs, SoftOf(record, header)), TimeUnderLock(ttlMs, ExpiryOf(record, header)));
            return WriteOutcome.Stored;
        }
    }

    /// <summary>Makes an entry stale if it matches and has a soft time.</summary>
    public bool MakeStale<TTest>(byte* key, int keyBytes, ulong hash, long nowMs, in TTest test)
        where TTest : IStaleTest, allows ref struct
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = nowMs;
            return _index.TryFind(key, keyBytes, _index.HashOf(key, keyBytes, hash), out SlotPosition position) && TryMakeStaleUnderLock(position, in test);
        }
    }

    /// <summary>Makes stale what matches, and has a soft time, of what was one head bucket when the index had <paramref name="headCount"/> of them, wherever it is by now.</summary>
    public int SweepStale<TTest>(uint head, uint headCount, long nowMs, in TTest test)
        where TTest : IStaleTest, allows ref struct
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = nowMs;
            int count = 0;
            foreach (uint follower in new HeadFollowers(head, headCount, _index.HeadCount))
            {
                // New times move no slot: the walk is not disturbed.
                foreach (IndexSlot slot in _index.SlotsOf(follower))
                {
                    bool isFound = _index.TryFind(_index.HashOf(_records.At(slot.Location)), slot.Location, out SlotPosition position);
                    Invariant.That(isFound, slot.Location);
                    count += TryMakeStaleUnderLock(position, in test) ? 1 : 0;
                }
            }

            return count;
        }
    }

    /// <summary>
    /// Removes what matches of what was one head bucket when the index had <paramref name="headCount"/> of them, wherever it is by now, as far as there is room for what was
    /// removed. False when there may be more of it. <paramref name="watched"/> takes the store's hashes of removed entries that the estimates of hit ratios follow.
    /// </summary>
    public bool Sweep<TTest>(uint head, uint headCount, long nowMs, in TTest test, Span<ulong> watched, out int watchedCount, out int removed)
        where TTest : IEntryTest, allows ref struct
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            _nowMs = nowMs;
            removed = watchedCount = 0;
            bool isDone = true;
            foreach (uint follower in new HeadFollowers(head, headCount, _index.HeadCount))
                isDone &= SweepUnderLock(follower, in test, watched, ref watchedCount, ref removed);
            if (removed != 0)
                CompactUnderLock();
            return isDone;
        }
    }

    /// <summary>How many head buckets there are now, and how often the index has changed its hashes.</summary>
    public (uint HeadCount, int Rehashes) Shape
    {
        get
        {
            lock (_gate)
                return (_index.HeadCount, _index.RehashCount);
        }
    }

    // Removing moves slots of the chain, so what goes is noted first. What a throwing test leaves is a chain in which nothing was removed.
    private bool SweepUnderLock<TTest>(uint head, in TTest test, Span<ulong> watched, ref int watchedCount, ref int removed)
        where TTest : IEntryTest, allows ref struct
    {
        long* locations = stackalloc long[watched.Length];
        int count = 0, room = watched.Length - removed;
        foreach (IndexSlot slot in _index.SlotsOf(head))
        {
            byte* record = _records.At(slot.Location);
            if (HasExpired(record, RecordReader.HeaderOf(record)) || !MatchesUnderLock(record, in test))
                continue;
            if (count == room)
                break;
            locations[count++] = slot.Location;
        }

        for (int i = 0; i < count; i++)
        {
            byte* record = _records.At(locations[i]);
            if (RecordReader.HeaderOf(record).Has(RecordFlags.Watched))
                watched[watchedCount++] = _records.HashOf(record);
            bool isFound = _index.TryFind(_index.HashOf(record), locations[i], out SlotPosition position);
            Invariant.That(isFound, locations[i]);
            RemoveUnderLock(position);
        }

        removed += count;
        return count < room;
    }

    private bool TryMakeStaleUnderLock<TTest>(in SlotPosition position, in TTest test)
        where TTest : IStaleTest, allows ref struct
    {
        byte* record = _records.At(position.Value.Location);
        RecordHeader header = RecordReader.HeaderOf(record);
        if (!header.Has(RecordFlags.Soft) || HasExpired(record, header))
            return false;
        EntryView view = ViewOf(record, header);
        if (!test.Matches(in view))
            return false;
        long graceMs = test.GraceMs(in view), expiryMs = ExpiryOf(record, header);
        SetTimesUnderLock(position, RecordWords.MadeStaleMs, graceMs < expiryMs - _nowMs ? _nowMs + graceMs : expiryMs);
        return true;
    }

    // A live entry that a caller wants gone.
    private void RemoveUnderLock(in SlotPosition position)
    {
        _removedBytes += RecordReader.HeaderOf(_records.At(position.Value.Location)).RecordBytes(_pool.PageBytes);
        DropUnderLock(position, RemovalReason.Removed);
        _counters.Removals++;
    }

    private bool MatchesUnderLock<TTest>(in SlotPosition position, in TTest test)
        where TTest : IEntryTest, allows ref struct => MatchesUnderLock(_records.At(position.Value.Location), in test);

    private bool MatchesUnderLock<TTest>(byte* record, in TTest test)
        where TTest : IEntryTest, allows ref struct
    {
        EntryView view = ViewOf(record, RecordReader.HeaderOf(record));
        return test.Matches(in view);
    }

    private EntryView ViewOf(byte* record, RecordHeader header)
    {
        byte* key = record + header.KeyOffset;
        return new EntryView(
            new ReadOnlySpan<byte>(key, header.KeyBytes),
            new ReadOnlySpan<byte>(key + header.KeyBytes, header.NotesBytes),
            RecordReader.WordsOf(record, header).Describe(header, _nowMs));
    }

    private long TimeUnderLock(long ttlMs, long formerMs) => ttlMs switch
    {
        0 => formerMs,
        long.MaxValue => ttlMs,
        _ => _nowMs + ttlMs,
    };
}
