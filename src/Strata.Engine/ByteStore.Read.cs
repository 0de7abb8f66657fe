using System.Runtime.CompilerServices;
using Strata.Engine.Hashing;
using Strata.Engine.Insight;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>Reads: validated copies without a lock.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>Tries before a reader that is overtaken by writers again and again takes the lock.</summary>
    private const int ReadAttempts = 16;

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
