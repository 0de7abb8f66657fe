using System.Buffers;
using System.Runtime.CompilerServices;
using Strata.Engine.Expiry;
using Strata.Engine.Hashing;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>Reads that need a pin: long values, and destinations that take a value in pieces.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>Writes the value of a key to a buffer writer, and says what else is known of the entry.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Advanced by the value's length on a hit, and not at all on a miss. It is called outside every lock.</param>
    /// <param name="info">What is known of the entry; default on a miss.</param>
    /// <returns><see cref="ReadOutcome.Hit"/>, <see cref="ReadOutcome.Stale"/> or <see cref="ReadOutcome.Miss"/>. Marked entries are delivered like others.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The destination gave an empty span.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed, or was while a long value was being written.</exception>
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out EntryInfo info) =>
        ReadInto(key, destination, notes: default, takesAll: true, out info);

    /// <summary>Writes the value of a key to a buffer writer if the entry is plain: neither marked nor past its soft time.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Advanced by the value's length on a hit, and not at all otherwise. It is called outside every lock.</param>
    /// <returns>
    /// <see cref="ReadOutcome.Hit"/> or <see cref="ReadOutcome.Miss"/>; <see cref="ReadOutcome.Stale"/> or <see cref="ReadOutcome.Marked"/> for an entry that is not plain, of which nothing is delivered and
    /// nothing counted: the reads that say what is known of an entry deliver it.
    /// </returns>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The destination gave an empty span.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed, or was while a long value was being written.</exception>
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination) => ReadInto(key, destination, notes: default, takesAll: false, out _);

    /// <summary>Writes the value of a key to a buffer writer and its notes to a span, and says what else is known of the entry.</summary>
    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, IBufferWriter{byte}, out EntryInfo)"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Advanced by the value's length on a hit, and not at all on a miss. It is called outside every lock.</param>
    /// <param name="notes">Where the notes go, <see cref="EntryInfo.NotesBytes"/> of them: at least <see cref="WriteOptions.MaxNotesBytes"/>.</param>
    /// <param name="info">What is known of the entry; default on a miss.</param>
    /// <exception cref="ArgumentException">The key is empty or too long, or the notes' destination too short.</exception>
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, Span<byte> notes, out EntryInfo info)
    {
        OptionsCheck.NotesRoom(notes.Length);
        return ReadInto(key, destination, notes, takesAll: true, out info);
    }

    // Why an entry is not one for a reader that takes plain ones only; Hit if it is.
    private static ReadOutcome Peculiarity(RecordHeader header, in RecordWords words) =>
        header.Has(RecordFlags.Marked) ? ReadOutcome.Marked : words.IsStale ? ReadOutcome.Stale : ReadOutcome.Hit;

    private ReadOutcome ReadInto(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, Span<byte> notes, bool takesAll, out EntryInfo info)
    {
        ArgumentNullException.ThrowIfNull(destination);
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
                if (!isLive)
                {
                    info = default;
                    return Missed(hash);
                }

                RecordHeader header = seen.Header;
                if (!takesAll && Peculiarity(header, in words) is not ReadOutcome.Hit and ReadOutcome peculiarity)
                {
                    info = default;
                    return peculiarity;
                }

                if (header.Has(RecordFlags.Chain))
                    break;
                int length = header.ValueBytes;
                // User code: it may write to this very store, so what was seen is looked at once more after the copy.
                Span<byte> span = destination.GetSpan(Math.Max(1, length));
                if (span.Length < length)
                    break;
                var target = new ReadTarget { Value = span, Notes = notes };
                target.Take(seen.Record, header, length);
                if (!IsStill(in seen, ref target, length))
                {
                    target.WipeAll(length);
                    continue;
                }

                destination.Advance(length);
                info = Describe(header, in words);
                return Hit(in seen, in words);
            }

            return ReadInPieces(keyBytes, key.Length, hash, destination, notes, takesAll, out info);
        }
    }

    // Two pages that cannot be recycled, nor overwritten in place, until the pins are released: the record's and its chain's first, which
    // stands for the whole chain.
    private ref struct PinnedValue
    {
        public Sighting Seen;
        public RecordWords Words;
        public int Chain;
        public bool IsLive;
        public HazardPin RecordPin;
        public HazardPin ChainPin;

        public readonly void Release()
        {
            RecordPin.Release();
            ChainPin.Release();
        }
    }

    // False when none of the thread's first words is free or writers overtook every attempt; otherwise the pins are held if the value is live.
    private bool TryPin(byte* key, int keyBytes, ulong hash, int words, long recentMs, out PinnedValue pinned)
    {
        pinned = default;
        for (int attempt = 0; attempt < ReadAttempts; attempt++)
        {
            bool isFound = TryLocate(key, keyBytes, hash, out pinned.Seen);
            bool isLive = false;
            if (isFound)
            {
                PrefetchValue(in pinned.Seen);
                pinned.Words = RecordReader.WordsOf(pinned.Seen.Record, pinned.Seen.Header);
                // Before the pins, since the clock may throw.
                long limitMs = pinned.Words.LimitMs;
                isLive = limitMs == long.MaxValue || !_clock.HasPassed(limitMs, recentMs) || IsStale(ref pinned.Words);
                if ((!isLive || pinned.Words.IsStale) && WasTouched(in pinned.Seen, in pinned.Words))
                    continue;
                RecordHeader header = pinned.Seen.Header;
                pinned.Chain = header.Has(RecordFlags.Chain) ? (int)RecordReader.Word(pinned.Seen.Record + header.OffsetOf(RecordFlags.Chain)) : 0;
                if ((uint)pinned.Chain > (uint)_layout.PageCount)
                    continue;
                int page = _pool.PageOf(pinned.Seen.Record);
                if (page <= 0 || page > _layout.PageCount)
                    continue;
                if (!HazardTable.TryPin(_pool.AddressOf(page), words, out pinned.RecordPin))
                    return false;
                if (pinned.Chain != 0 && !HazardTable.TryPin(_pool.AddressOf(pinned.Chain), words, out pinned.ChainPin))
                {
                    pinned.Release();
                    return false;
                }
            }

            // The pins were published before this look: if the slot still stands, a reclaimer that clears it later finds them.
            bool isStill = IsUnchanged(in pinned.Seen);
            pinned.IsLive = isStill && isLive;
            if (!pinned.IsLive)
                pinned.Release();
            ThrowIfDisposedReleasing(in pinned);
            if (isStill)
                return true;
            pinned.RecordPin = pinned.ChainPin = default;
        }

        return false;
    }

    // The value is read next, and nothing overtakes the fence of a pin: without this its lines would be asked for only behind it.
    private static void PrefetchValue(in Sighting seen)
    {
        const int MostBytes = 32 * IndexBucket.BucketBytes;
        if (!System.Runtime.Intrinsics.X86.Sse.IsSupported)
            return;
        byte* end = seen.Record + Math.Min(seen.Header.ValueBytes, MostBytes);
        for (byte* line = seen.Record + IndexBucket.BucketBytes; line < end; line += IndexBucket.BucketBytes)
            System.Runtime.Intrinsics.X86.Sse.Prefetch0(line);
    }

    // Long values, and readers that were overtaken again and again.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOutcome ReadSlowly(byte* key, int keyBytes, ulong hash, ReadTarget target, out RecordHeader header, out RecordWords words)
    {
        if (!TryPin(key, keyBytes, hash, HazardTable.WordsPerThread, StoreClock.NoReading, out PinnedValue pinned))
            return Counted(ReadUnderLock(key, keyBytes, hash, target, out header, out words));
        (header, words) = (pinned.IsLive ? pinned.Seen.Header : default, pinned.Words);
        if (!pinned.IsLive)
            return Missed(hash);
        ReadOutcome refusal = target.Refuses(header);
        if (refusal == ReadOutcome.Hit)
        {
            int inline = header.InlineValueBytes(_slabBytes);
            target.Take(pinned.Seen.Record, header, inline);
            _pool.CopyChain(pinned.Chain, target.Value[inline..header.ValueBytes]);
        }

        ThrowIfDisposedReleasing(in pinned);
        pinned.Release();
        return refusal == ReadOutcome.Hit ? Hit(in pinned.Seen, in words) : refusal;
    }

    private ReadOutcome ReadInPieces(byte* key, int keyBytes, ulong hash, IBufferWriter<byte> destination, Span<byte> notes, bool takesAll, out EntryInfo info)
    {
        if (!TryPin(key, keyBytes, hash, HazardTable.WordsPerThread, StoreClock.NoReading, out PinnedValue pinned))
            return ReadThroughCopy(key, keyBytes, hash, destination, notes, takesAll, out info);
        if (!pinned.IsLive)
        {
            info = default;
            return Missed(hash);
        }

        RecordHeader header = pinned.Seen.Header;
        if (!takesAll && Peculiarity(header, in pinned.Words) is not ReadOutcome.Hit and ReadOutcome peculiarity)
        {
            pinned.Release();
            info = default;
            return peculiarity;
        }

        try
        {
            int inline = header.InlineValueBytes(_slabBytes);
            byte* value = pinned.Seen.Record + header.ValueOffset;
            Write(destination, new ReadOnlySpan<byte>(value, inline));
            int left = header.ValueBytes - inline;
            for (int page = pinned.Chain; left > 0 && page > 0 && page <= _layout.PageCount; page = Volatile.Read(ref _pool.Infos[page].Next))
            {
                int part = Math.Min(left, _slabBytes);
                Write(destination, new ReadOnlySpan<byte>(_pool.AddressOf(page), part));
                left -= part;
            }

            ReadTarget.CopyNotes(value - header.NotesBytes, header.NotesBytes, notes);
        }
        finally
        {
            pinned.Release();
        }

        if (_isDisposed)
        {
            notes.Clear();
            ThrowDisposed();
        }

        info = Describe(header, in pinned.Words);
        return Hit(in pinned.Seen, in pinned.Words);
    }

    // An entry whose time came between the two looks at the clock may have been touched after the copy: it is read again, and then its time has come
    // by the first look, or it has another.
    private ReadOutcome ReadUnderLock(byte* key, int keyBytes, ulong hash, ReadTarget target, out RecordHeader header, out RecordWords words)
    {
        while (true)
        {
            long beforeMs = _clock.NowMs;
            ReadOutcome outcome = StripeOf(hash).Read(key, keyBytes, hash, in target, out header, out words);
            if (outcome == ReadOutcome.Miss || !HasPassed(words.LimitMs))
                return outcome;
            bool isLive = IsStale(ref words);
            if (isLive && words.SoftMs <= beforeMs)
                return outcome == ReadOutcome.Hit ? ReadOutcome.Stale : outcome;
            if (outcome == ReadOutcome.Hit)
                target.WipeAll(header.ValueBytes);
            if (isLive || words.ExpiryMs > beforeMs)
                continue;
            header = default;
            return ReadOutcome.Miss;
        }
    }

    // No hazard word is free: one pooled copy, made under the lock.
    private ReadOutcome ReadThroughCopy(byte* key, int keyBytes, ulong hash, IBufferWriter<byte> destination, Span<byte> notes, bool takesAll, out EntryInfo info)
    {
        byte[] buffer = [];
        try
        {
            while (true)
            {
                var target = new ReadTarget { Value = buffer, Notes = notes, TakesMarked = true };
                ReadOutcome outcome = ReadUnderLock(key, keyBytes, hash, target, out RecordHeader header, out RecordWords words);
                if (outcome == ReadOutcome.DestinationTooShort)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = [];
                    buffer = ArrayPool<byte>.Shared.Rent(header.ValueBytes);
                    continue;
                }

                bool isDelivered = outcome != ReadOutcome.Miss;
                if (isDelivered && !takesAll && Peculiarity(header, in words) is not ReadOutcome.Hit and ReadOutcome peculiarity)
                {
                    info = default;
                    return peculiarity;
                }

                info = isDelivered ? Describe(header, in words) : default;
                if (isDelivered)
                    Write(destination, buffer.AsSpan(0, header.ValueBytes));
                return Counted(outcome);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Write(IBufferWriter<byte> destination, ReadOnlySpan<byte> source)
    {
        while (!source.IsEmpty)
        {
            Span<byte> span = destination.GetSpan(source.Length);
            if (span.IsEmpty)
                throw new InvalidOperationException($"The destination gave an empty span for {source.Length} bytes.");
            int part = Math.Min(span.Length, source.Length);
            source[..part].CopyTo(span);
            // The pins hold against writers, not against a dispose: what was copied counts only if the store was there all the while.
            ThrowIfDisposed();
            destination.Advance(part);
            source = source[part..];
        }
    }

    private void ThrowIfDisposedReleasing(in PinnedValue pinned)
    {
        if (!_isDisposed)
            return;
        pinned.Release();
        ThrowDisposed();
    }

    private ReadOutcome Missed(ulong hash)
    {
        if (_miniatures is not null && _miniatures.Samples(hash))
            _miniatures.Miss(hash, _clock.NowMs);
        _counters.Increment(ReadCounter.Miss);
        return ReadOutcome.Miss;
    }
}
