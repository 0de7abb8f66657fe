using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;
using Strata.Engine.Insight;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <content>What is in the store, and what is asked for.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>The heads that are looked at under one lock: some 64 entries.</summary>
    private const int StepHeads = 8;

    /// <summary>What is kept of one step; longer chains are cut short.</summary>
    private const int StepEntries = 256;

    /// <summary>The pages of a stripe that hold no records: its reserve, and half of each open slab.</summary>
    private const int KeptPages = 4;

    /// <summary>What an entry takes beside its record: its part of the index and of the ghost.</summary>
    private const int EntryShareBytes = 16;

    private readonly HotKeys _hotKeys = new();
    private readonly int _recordSlabLimit;

    /// <summary>
    /// Looks at a sample of the entries: which are read most and which are largest, how often they are read, how old they are and how long they live, and what the hit ratio would be
    /// at other capacities. Costs about two reads that miss the caches for each entry looked at; takes a stripe's lock for some 64 of them at a time.
    /// </summary>
    /// <param name="options">How many entries to look at; null takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds; the message names it, its value and the bound.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public StoreInsight GetInsight(InsightOptions? options = null)
    {
        options ??= new InsightOptions();
        OptionsCheck.Validate(options);
        ThrowIfDisposed();
        long nowMs = _clock.NowMs;
        var sample = new InsightSample(options.TopKeys, nowMs);
        long entryCount = GetStatistics().EntryCount;
        double part = Math.Min(1, (double)options.SampledEntries / Math.Max(1, entryCount));
        foreach (Stripe stripe in _stripes)
            SampleStripe(stripe, part, nowMs, sample);
        StoreInsight insight = sample.Describe(
            entryCount,
            HottestKeys(options.TopKeys, nowMs),
            [.. sample.Largest.Select(entry => KeyOf(entry.Id, 0, nowMs)).OfType<KeyInsight>()],
            _miniatures?.Estimate(_counters.Sum(ReadCounter.Hit), _counters.Sum(ReadCounter.Miss)));
        ThrowIfDisposed();
        GC.KeepAlive(this);
        return insight;
    }

    // Heads at even distances: hashes put the keys where they are, so any heads are as good as others.
    private void SampleStripe(Stripe stripe, double part, long nowMs, InsightSample sample)
    {
        Span<SampledEntry> entries = stackalloc SampledEntry[StepEntries];
        uint headCount = stripe.HeadCount;
        double heads = Math.Ceiling(headCount * part);
        double step = headCount / heads;
        double offset = step > 1 ? Random.Shared.NextDouble() * step : 0;
        for (int head = 0; head < heads; head += StepHeads)
        {
            int count = stripe.Sample(offset + head * step, (int)Math.Min(StepHeads, heads - head), step, nowMs, entries);
            foreach (ref readonly SampledEntry entry in entries[..count])
                sample.Add(in entry);
        }
    }

    private List<KeyInsight> HottestKeys(int count, long nowMs)
    {
        Span<(ulong Id, double Share)> hottest = stackalloc (ulong, double)[HotKeys.KeptCount];
        List<KeyInsight> keys = [];
        foreach ((ulong id, double share) in hottest[.._hotKeys.CopyTo(hottest)])
        {
            if (keys.Count < count && KeyOf(id, share, nowMs) is { } key)
                keys.Add(key);
        }

        return keys;
    }

    // The key of an entry that may have left since.
    private KeyInsight? KeyOf(ulong id, double share, long nowMs)
    {
        Span<byte> key = stackalloc byte[ByteStoreOptions.MaxKeyBytes];
        int keyBytes = StripeOf(id).CopyKey(id, nowMs, key, out int valueBytes);
        return keyBytes == 0 ? null : new KeyInsight(key[..keyBytes].ToArray(), valueBytes, share);
    }

    // What records may take, with their parts of the index and of the ghost: all pages but the few that stripes hold back.
    private long RecordCapacityBytes =>
        (_recordSlabLimit != 0 ? _recordSlabLimit : _pool.PageLimit - KeptPages * _layout.StripeCount) * (long)_slabBytes;

    private int WatchedBytes(RecordHeader header) =>
        header.RecordBytes(_slabBytes) + header.ChainPages(_slabBytes) * _slabBytes + EntryShareBytes;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteWatchedWrite(ulong hash, in WriteRequest request, int entryBytes) =>
        _miniatures!.Write(hash, entryBytes, request.TtlMs, request.NowMs);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteWatchedHit(in Sighting seen)
    {
        if (_miniatures!.Samples(seen.Hash))
            _miniatures.Hit(seen.Hash, WatchedBytes(seen.Header));
    }

    // A hit of the straight path whose counter is marked, so that it is a sample, or somebody else's.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountHitElsewhere(ReadOnlySpan<byte> key, ulong page)
    {
        ulong weight = _counters.AddElsewhere(ReadCounter.Hit, 1, page);
        if (weight != 0)
            NoteHotKey(key, weight);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CountHitsElsewhere(in ByteSpans keys, int first, uint copied, ulong page)
    {
        ulong weight = _counters.AddElsewhere(ReadCounter.Hit, (uint)BitOperations.PopCount(copied), page);
        for (uint left = weight != 0 ? copied : 0; left != 0; left &= left - 1)
            NoteHotKey(keys[first + BitOperations.TrailingZeroCount(left)], weight);
    }

    // The straight path finds no keys of a stripe with a secret of its own: the store's hash is the index's too.
    private void NoteHotKey(ReadOnlySpan<byte> key, ulong weight) =>
        _hotKeys.Add(KeyHash.Compute(ref MemoryMarshal.GetReference(key), key.Length, _secretWords), weight);
}
