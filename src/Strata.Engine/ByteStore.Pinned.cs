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
    /// <param name="info">The length, version and remaining life of the entry; default on a miss.</param>
    /// <returns><see cref="ReadOutcome.Hit"/> or <see cref="ReadOutcome.Miss"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="destination"/> is null.</exception>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="InvalidOperationException">The destination gave an empty span.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed, or was while a long value was being written.</exception>
    public ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out EntryInfo info)
    {
        ArgumentNullException.ThrowIfNull(destination);
        CheckKey(key);
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            for (int attempt = 0; attempt < ReadAttempts; attempt++)
            {
                bool isFound = TryLocate(keyBytes, key.Length, hash, out Sighting seen);
                long version = 0, expiryMs = long.MaxValue;
                if (isFound)
                    ReadWords(in seen, out version, out expiryMs);
                if (!IsStill(in seen))
                    continue;
                bool isLive = isFound && !HasPassed(expiryMs);
                if (isFound && !isLive && WasTouched(in seen, expiryMs))
                    continue;
                if (!isLive)
                {
                    info = default;
                    return Missed(hash);
                }

                RecordHeader header = seen.Header;
                if (header.Has(RecordFlags.Chain))
                    break;
                int length = header.ValueBytes;
                // User code: it may write to this very store, so what was seen is looked at once more after the copy.
                Span<byte> span = destination.GetSpan(Math.Max(1, length));
                if (span.Length < length)
                    break;
                new ReadOnlySpan<byte>(seen.Record + header.KeyOffset + key.Length, length).CopyTo(span);
                if (!IsStill(in seen, span, length))
                {
                    span[..length].Clear();
                    continue;
                }

                destination.Advance(length);
                info = Describe(header, version, expiryMs);
                return Hit(in seen);
            }

            return ReadInPieces(keyBytes, key.Length, hash, destination, out info);
        }
    }

    // Two pages that cannot be recycled, nor overwritten in place, until the pins are released: the record's and its chain's first, which
    // stands for the whole chain.
    private ref struct PinnedValue
    {
        public Sighting Seen;
        public long Version;
        public long ExpiryMs;
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
                ReadWords(in pinned.Seen, out pinned.Version, out pinned.ExpiryMs);
                // Before the pins, since the clock may throw.
                isLive = pinned.ExpiryMs == long.MaxValue || !_clock.HasPassed(pinned.ExpiryMs, recentMs);
                if (!isLive && WasTouched(in pinned.Seen, pinned.ExpiryMs))
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
    private ReadOutcome ReadSlowly(byte* key, int keyBytes, ulong hash, Span<byte> destination, out RecordHeader header, out long version, out long expiryMs)
    {
        if (!TryPin(key, keyBytes, hash, HazardTable.WordsPerThread, StoreClock.NoReading, out PinnedValue pinned))
            return Counted(ReadUnderLock(key, keyBytes, hash, destination, out header, out version, out expiryMs));
        (header, version, expiryMs) = (pinned.IsLive ? pinned.Seen.Header : default, pinned.Version, pinned.ExpiryMs);
        if (!pinned.IsLive)
            return Missed(hash);
        bool fits = header.ValueBytes <= destination.Length;
        if (fits)
        {
            int inline = header.InlineValueBytes(_slabBytes);
            new ReadOnlySpan<byte>(pinned.Seen.Record + header.KeyOffset + keyBytes, inline).CopyTo(destination);
            _pool.CopyChain(pinned.Chain, destination[inline..header.ValueBytes]);
        }

        ThrowIfDisposedReleasing(in pinned);
        pinned.Release();
        return fits ? Hit(in pinned.Seen) : ReadOutcome.DestinationTooShort;
    }

    private ReadOutcome ReadInPieces(byte* key, int keyBytes, ulong hash, IBufferWriter<byte> destination, out EntryInfo info)
    {
        if (!TryPin(key, keyBytes, hash, HazardTable.WordsPerThread, StoreClock.NoReading, out PinnedValue pinned))
            return ReadThroughCopy(key, keyBytes, hash, destination, out info);
        if (!pinned.IsLive)
        {
            info = default;
            return Missed(hash);
        }

        RecordHeader header = pinned.Seen.Header;
        try
        {
            int inline = header.InlineValueBytes(_slabBytes);
            Write(destination, new ReadOnlySpan<byte>(pinned.Seen.Record + header.KeyOffset + keyBytes, inline));
            int left = header.ValueBytes - inline;
            for (int page = pinned.Chain; left > 0 && page > 0 && page <= _layout.PageCount; page = Volatile.Read(ref _pool.Infos[page].Next))
            {
                int part = Math.Min(left, _slabBytes);
                Write(destination, new ReadOnlySpan<byte>(_pool.AddressOf(page), part));
                left -= part;
            }
        }
        finally
        {
            pinned.Release();
        }

        ThrowIfDisposed();
        info = Describe(header, pinned.Version, pinned.ExpiryMs);
        return Hit(in pinned.Seen);
    }

    // An entry that expired between the two looks at the clock may have been touched after the copy: it is read again, and then its time has come
    // by the first look, or it has another.
    private ReadOutcome ReadUnderLock(byte* key, int keyBytes, ulong hash, Span<byte> destination, out RecordHeader header, out long version, out long expiryMs)
    {
        while (true)
        {
            long beforeMs = _clock.NowMs;
            ReadOutcome outcome = StripeOf(hash).Read(key, keyBytes, hash, destination, out header, out version, out expiryMs);
            if (outcome == ReadOutcome.Miss || !HasPassed(expiryMs))
                return outcome;
            if (outcome == ReadOutcome.Hit)
                Wipe(destination, 0, header.ValueBytes);
            if (expiryMs > beforeMs)
                continue;
            header = default;
            return ReadOutcome.Miss;
        }
    }

    // No hazard word is free: one pooled copy, made under the lock.
    private ReadOutcome ReadThroughCopy(byte* key, int keyBytes, ulong hash, IBufferWriter<byte> destination, out EntryInfo info)
    {
        byte[] buffer = [];
        try
        {
            while (true)
            {
                ReadOutcome outcome = ReadUnderLock(key, keyBytes, hash, buffer, out RecordHeader header, out long version, out long expiryMs);
                if (outcome == ReadOutcome.DestinationTooShort)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = [];
                    buffer = ArrayPool<byte>.Shared.Rent(header.ValueBytes);
                    continue;
                }

                info = outcome == ReadOutcome.Hit ? Describe(header, version, expiryMs) : default;
                if (outcome == ReadOutcome.Hit)
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
