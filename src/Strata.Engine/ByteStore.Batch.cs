using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Strata.Engine.Hashing;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>
/// Operations on many keys. Each goes over a group of keys in stages, so that what the next stage needs is on its way for all of them at once: a single
/// read waits for its index line and then for its record (Lim, Han, Andersen, Kaminsky, "MICA", NSDI 2014, does the same for the requests of one packet).
/// </content>
public sealed unsafe partial class ByteStore
{
    /// <summary>The keys of a group: enough lines under way to keep the memory busy, few enough to still be in the first cache when their turn comes.</summary>
    private const int GroupKeys = 32;

    /// <summary>Copies the values of many keys into one span, one behind the other.</summary>
    /// <remarks>
    /// Each key by itself is read as by <see cref="TryGet(ReadOnlySpan{byte}, Span{byte}, out int)"/>; the batch as a whole is no snapshot. Values stand in the
    /// destination in the order of their keys, but for those that needed a second look. Bytes between values are zero or as they were, never another key's.
    /// Faster than single reads where the store is larger than the processor's caches, and a little faster everywhere.
    /// </remarks>
    /// <param name="keys">Keys of 1 to 4096 bytes each; a key may occur more than once.</param>
    /// <param name="destination">Where the values go.</param>
    /// <param name="results">What became of each key; at least as many as keys.</param>
    /// <returns>How many values were found.</returns>
    /// <exception cref="ArgumentException">A key is empty or too long, or there are fewer results than keys. Nothing was read.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public int TryGetMany(in ByteSpans keys, Span<byte> destination, Span<BatchRead> results)
    {
        CheckKeys(in keys, results.Length, nameof(results));
        ThrowIfDisposed();
        int hits = 0, usedBytes = 0;
        for (int first = 0; first < keys.Count; first += GroupKeys)
            hits += ReadGroup(in keys, first, Math.Min(GroupKeys, keys.Count - first), destination, ref usedBytes, results);
        return hits;
    }

    /// <summary>Stores many values, each as by <see cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in WriteOptions, WriteFence)"/>, in the order given.</summary>
    /// <param name="keys">Keys of 1 to 4096 bytes each; of a key that occurs twice the last value stays.</param>
    /// <param name="values">As many values, each 0 bytes to <see cref="MaxValueBytes"/>. They are copied.</param>
    /// <param name="options">How the entries are written; for all of them, the same notes too.</param>
    /// <param name="outcomes">What became of each key, <see cref="WriteOutcome.Stored"/> or <see cref="WriteOutcome.NoSpace"/>; at least as many as keys.</param>
    /// <returns>How many values were stored.</returns>
    /// <exception cref="ArgumentException">A key is empty or too long, a value too long, or the numbers of keys, values and outcomes do not match. Nothing was stored.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is not positive or too long. Nothing was stored.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed; if it was meanwhile, the first values are stored.</exception>
    public int SetMany(in ByteSpans keys, in ByteSpans values, in WriteOptions options, Span<WriteOutcome> outcomes)
    {
        CheckKeys(in keys, outcomes.Length, nameof(outcomes));
        if (values.Count != keys.Count)
            throw new ArgumentException($"There are {values.Count} values for {keys.Count} keys; there must be as many.", nameof(values));
        for (int i = 0; i < values.Count; i++)
            CheckValue(values[i].Length);
        CheckOptions(in options);
        ThrowIfDisposed();
        int stored = 0;
        for (int i = 0; i < keys.Count; i++)
        {
            if (i % GroupKeys == 0)
                PrefetchGroup(in keys, i);
            outcomes[i] = Set(keys[i], values[i], in options);
            stored += outcomes[i] == WriteOutcome.Stored ? 1 : 0;
        }

        return stored;
    }

    /// <summary>Removes many entries, each as by <see cref="Remove(ReadOnlySpan{byte})"/>.</summary>
    /// <param name="keys">Keys of 1 to 4096 bytes each.</param>
    /// <returns>How many live entries there were.</returns>
    /// <exception cref="ArgumentException">A key is empty or too long. Nothing was removed.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed; if it was meanwhile, the first entries are removed.</exception>
    public int RemoveMany(in ByteSpans keys)
    {
        CheckKeys(in keys, keys.Count, nameof(keys));
        ThrowIfDisposed();
        int removed = 0;
        for (int i = 0; i < keys.Count; i++)
        {
            if (i % GroupKeys == 0)
                PrefetchGroup(in keys, i);
            removed += Remove(keys[i]) ? 1 : 0;
        }

        return removed;
    }

    private static void CheckKeys(in ByteSpans keys, int answers, string name)
    {
        if (answers < keys.Count)
            throw new ArgumentException($"There is room for {answers} answers to {keys.Count} keys; there must be as much as keys.", name);
        for (int i = 0; i < keys.Count; i++)
            CheckKey(keys[i]);
    }

    // Reads up to GroupKeys keys: finds their index lines, then their records, then copies. A key that meets anything unusual is read again by itself.
    [SkipLocalsInit]
    private int ReadGroup(in ByteSpans keys, int first, int count, Span<byte> destination, ref int usedBytes, Span<BatchRead> results)
    {
        Candidate* candidates = stackalloc Candidate[GroupKeys];
        long* expiriesMs = stackalloc long[GroupKeys];
        uint found = FindSlots(in keys, first, count, candidates);
        uint copied = 0, attempted;
        long soonestMs = long.MaxValue;
        for (int i = 0; i < count; i++)
        {
            if ((found & (1u << i)) == 0 || !TryCopyHit(in candidates[i], keys[first + i], destination[usedBytes..], out int valueBytes, out expiriesMs[i]))
                continue;
            copied |= 1u << i;
            soonestMs = Math.Min(soonestMs, expiriesMs[i]);
            results[first + i] = new BatchRead(ReadOutcome.Hit, usedBytes, valueBytes);
            usedBytes += valueBytes;
        }

        // One question to the clock, after the last expiry was read, answers for all of them unless one is near.
        attempted = copied;
        if (HasPassed(soonestMs))
            copied = WithoutExpired(copied, expiriesMs, destination, results[first..]);
        int hits = System.Numerics.BitOperations.PopCount(copied);
        if (!_counters.TryAdd(ReadCounter.Hit, (uint)hits, out ulong page))
            CountHitsElsewhere(in keys, first, copied, page);
        for (uint left = ~copied & (uint)((1UL << count) - 1); left != 0; left &= left - 1)
        {
            int i = System.Numerics.BitOperations.TrailingZeroCount(left), index = first + i;
            int start = usedBytes, valueBytes = 0;
            ReadOutcome outcome = ReadOutcome.DestinationTooShort;
            // What is only stale has its place already, unless it has grown meanwhile.
            if ((attempted & (1u << i)) != 0)
                outcome = ReadInFull(keys[index], destination.Slice(start = results[index].Start, results[index].ValueBytes), out valueBytes);
            if (outcome == ReadOutcome.DestinationTooShort)
                outcome = ReadInFull(keys[index], destination[(start = usedBytes)..], out valueBytes);
            bool isHit = outcome is ReadOutcome.Hit or ReadOutcome.Stale;
            results[index] = new BatchRead(outcome, isHit ? start : 0, valueBytes);
            usedBytes += isHit && start == usedBytes ? valueBytes : 0;
            hits += isHit ? 1 : 0;
        }

        GC.KeepAlive(this);
        return hits;
    }

    // The keys that have a slot with their tag, as bits; their records are being loaded. In turns: of those whose slot is not in the bucket at hand the
    // chain's next bucket is loaded while the others are looked at.
    [SkipLocalsInit]
    private uint FindSlots(in ByteSpans keys, int first, int count, Candidate* candidates)
    {
        ulong* hashes = stackalloc ulong[GroupKeys];
        IndexBucket** buckets = stackalloc IndexBucket*[GroupKeys];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> key = keys[first + i];
            // Once more, since a memory may not be today what it was a moment ago: no hash is computed of a length that it is not made for.
            CheckKey(key);
            hashes[i] = KeyHash.Compute(ref MemoryMarshal.GetReference(key), key.Length, _secretWords);
            candidates[i] = Begin(hashes[i]);
            buckets[i] = candidates[i].Head;
            Prefetch(buckets[i]);
        }

        for (int i = 0; i < count; i++)
            candidates[i].HeadWord = Volatile.Read(ref candidates[i].Head->Head);
        uint all = (uint)((1UL << count) - 1), found = 0;
        for (int hops = 0; all != 0 && hops <= ShortChain; hops++)
        {
            uint going = all;
            all = 0;
            for (; going != 0; going &= going - 1)
            {
                int i = System.Numerics.BitOperations.TrailingZeroCount(going);
                uint slots = TagSearch.Match(buckets[i], hashes[i]);
                if (slots != 0 && candidates[i].Root->IsSampled(hashes[i]))
                    continue;
                if (slots != 0)
                {
                    Choose(ref candidates[i], buckets[i], slots);
                    Prefetch(_regionStart + new IndexSlot(candidates[i].SlotWord).OffsetBytes);
                    found |= 1u << i;
                    continue;
                }

                int link = IndexBucket.LinkOf(Volatile.Read(ref buckets[i]->Head));
                if (link == 0 || link > candidates[i].Root->OverflowLimit)
                    continue;
                buckets[i] = candidates[i].Root->Overflow(link);
                Prefetch(buckets[i]);
                all |= 1u << i;
            }
        }

        return found;
    }

    // Some expiry is near or past: each is asked about. What was copied of an entry whose time has come is wiped.
    private uint WithoutExpired(uint copied, long* expiriesMs, Span<byte> destination, Span<BatchRead> results)
    {
        for (uint left = copied; left != 0; left &= left - 1)
        {
            int i = System.Numerics.BitOperations.TrailingZeroCount(left);
            if (!HasPassed(expiriesMs[i]))
                continue;
            destination.Slice(results[i].Start, results[i].ValueBytes).Clear();
            copied &= ~(1u << i);
        }

        return copied;
    }

    // Starts loading what writes of a group of keys will look at: their index lines, then the records they may replace.
    [SkipLocalsInit]
    private void PrefetchGroup(in ByteSpans keys, int first)
    {
        Candidate* candidates = stackalloc Candidate[GroupKeys];
        FindSlots(in keys, first, Math.Min(GroupKeys, keys.Count - first), candidates);
        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
