using System.Buffers;
using System.Runtime.CompilerServices;
using Strata.Engine.Hashing;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>Leases: values read where they lie.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>
    /// Leases the value of a key: gives its bytes where they lie, and keeps them as they are until the lease is disposed. Takes no lock and allocates
    /// nothing, unless the lease becomes a copy (<see cref="ValueLease.IsCopy"/>), which is made like <see cref="TryGetEntry(ReadOnlySpan{byte}, Span{byte}, out EntryInfo)"/> makes one.
    /// </summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="lease">The lease on a hit, which the caller disposes; default on a miss.</param>
    /// <returns>
    /// <see cref="ReadOutcome.Hit"/>, <see cref="ReadOutcome.Stale"/> or <see cref="ReadOutcome.Miss"/>; <see cref="ReadOutcome.Marked"/>, without a lease and
    /// without a count, for a marked entry.
    /// </returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public ReadOutcome TryLease(ReadOnlySpan<byte> key, out ValueLease lease)
    {
        CheckKey(key);
        // Before the pins, since the clock may throw.
        long startMs = _clock.RecentMs;
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            if (!TryPin(keyBytes, key.Length, hash, HazardTable.LeaseWordsPerThread, startMs, out PinnedValue pinned))
                return LeaseCopied(keyBytes, key.Length, hash, out lease);
            if (!pinned.IsLive)
            {
                lease = default;
                return Missed(hash);
            }

            RecordHeader header = pinned.Seen.Header;
            if (header.Has(RecordFlags.Marked))
            {
                pinned.Release();
                lease = default;
                return ReadOutcome.Marked;
            }

            if (!_pool.TryKeep(pinned.RecordPin, pinned.ChainPin, header.ChainPages(_slabBytes), startMs))
            {
                pinned.Release();
                return LeaseCopied(keyBytes, key.Length, hash, out lease);
            }

            byte* value = pinned.Seen.Record + header.ValueOffset;
            lease = new ValueLease(_pool, value, header.InlineValueBytes(_slabBytes), header.ValueBytes, pinned.RecordPin, pinned.ChainPin, pinned.Words.Version);
            return Hit(in pinned.Seen, in pinned.Words);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOutcome LeaseCopied(byte* key, int keyBytes, ulong hash, out ValueLease lease)
    {
        lease = default;
        byte[] buffer = [];
        try
        {
            ReadOutcome outcome;
            RecordHeader header;
            RecordWords words;
            // The first look tells the length; another one follows when the value has grown meanwhile.
            while ((outcome = Read(key, keyBytes, hash, new ReadTarget { Value = buffer }, out header, out words)) == ReadOutcome.DestinationTooShort)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = [];
                buffer = ArrayPool<byte>.Shared.Rent(header.ValueBytes);
            }

            if (outcome is ReadOutcome.Hit or ReadOutcome.Stale)
            {
                lease = new ValueLease(LeaseCopy.Rent(buffer, out HazardPin pin), header.ValueBytes, pin, words.Version);
                buffer = [];
                _counters.Increment(ReadCounter.LeaseCopy);
            }

            return outcome;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
