using System.Runtime.CompilerServices;
using Strata.Engine.Eviction;

namespace Strata.Engine.Insight;

/// <summary>
/// Miniature caches of four capacities over the keys whose hashes lie below a bound, in a table of fixed size: when that is full the bound is lowered, and with it
/// the number of keys and the capacities. They see every read, write and removal of their keys, but for those that meet another one here: those are lost, for no
/// caller waits.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class MiniatureCaches
{
    private const int CapacityShare = 64;
    private const int LeastBytes = 64 << 10;
    private const int MostBytes = 1 << 20;

    /// <summary>The keys that are looked at for their expiry at each write.</summary>
    private const int SweptKeys = 8;

    /// <summary>An estimate is about the last one to two turns of so many sampled reads for each key in the table.</summary>
    private const int ReadsOfATurn = 8;

    /// <summary>Ticks of 16 ms last for two years.</summary>
    private const int TickShift = 4;

    /// <summary>With fewer misses of sampled keys their part of the store's own says little.</summary>
    private const int LeastMisses = 100;

    private static readonly double[] Factors = [1, 0.5, 2, 4];

    private readonly Lock _gate = new();
    private readonly long _startMs;
    private readonly MiniatureKey[] _keys;
    private readonly ushort[] _buckets;
    private readonly MiniatureCache[] _caches = new MiniatureCache[MiniaturePlaces.Count];
    private readonly double[] _misses = new double[MiniaturePlaces.Count];
    private AdaptivePolicy _policy;
    private long _capacityBytes;
    private uint _tick;
    private int _swept;
    private ulong _bound = ulong.MaxValue;
    private double _weight = 1;
    private ushort _free;
    private ushort _inUse;
    private long _reads;
    private MiniatureMark _older;
    private MiniatureMark _newer;

    /// <param name="keyCount">The keys to keep, ghosts of all capacities among them.</param>
    /// <param name="capacityBytes">What the store's records may take.</param>
    /// <param name="startMs">The time at which the store was created.</param>
    /// <param name="policy">The store's policy.</param>
    public MiniatureCaches(int keyCount, long capacityBytes, long startMs, AdaptivePolicy policy)
    {
        _policy = policy;
        _startMs = startMs;
        _keys = new MiniatureKey[keyCount + 1];
        _buckets = new ushort[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)keyCount)];
        _capacityBytes = capacityBytes;
        for (int i = 0; i < _caches.Length; i++)
            _caches[i] = new MiniatureCache(_keys, i);
        SetCapacitiesUnderLock();
        FreeAllUnderLock();
    }

    /// <summary>The keys that a store of this capacity keeps.</summary>
    public static int KeysFor(ByteStoreOptions options) => options.EstimatesHitRatios
        ? (int)(Math.Clamp(options.CapacityBytes / CapacityShare, LeastBytes, MostBytes) / (Unsafe.SizeOf<MiniatureKey>() + 2 * sizeof(ushort)))
        : 0;

    /// <summary>The bytes of memory they take.</summary>
    public static long LengthBytes(int keyCount) => keyCount * (long)(Unsafe.SizeOf<MiniatureKey>() + 2 * sizeof(ushort));

    /// <summary>What the store follows now.</summary>
    internal ref readonly AdaptivePolicy Policy => ref _policy;

    /// <summary>Whether a key is one of the sampled.</summary>
    public bool Samples(ulong hash) => hash <= Volatile.Read(ref _bound);

    /// <summary>A sampled key was read and is in the store.</summary>
    public void Hit(ulong hash, int entryBytes)
    {
        if (!_gate.TryEnter())
            return;
        try
        {
            _reads++;
            ushort key = FindOrAddUnderLock(hash, entryBytes);
            if (key == 0)
                return;
            for (int i = 0; i < _caches.Length; i++)
            {
                if (_caches[i].TryHit(key, _tick))
                    continue;
                // It would have been written now.
                _misses[i] += _weight;
                _caches[i].Admit(key, Later(_keys[key].TtlTicks), this);
            }

            LeaveUnderLock(key);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>A sampled key was read and is not in the store. If a value is written for it, that comes later.</summary>
    public void Miss(ulong hash, long nowMs)
    {
        if (!_gate.TryEnter())
            return;
        try
        {
            _reads++;
            _tick = TickOf(nowMs);
            ushort key = FindUnderLock(hash);
            for (int i = 0; i < _caches.Length; i++)
            {
                if (key == 0 || !_caches[i].TryHit(key, _tick))
                    _misses[i] += _weight;
            }

            if (key == 0)
                return;
            _keys[key].IsAwaited = true;
            FreeIfUnused(key);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>An entry of a sampled key was written, to live for so long; 0 for ever.</summary>
    public void Write(ulong hash, int entryBytes, long ttlMs, long nowMs)
    {
        if (!_gate.TryEnter())
            return;
        try
        {
            _tick = TickOf(nowMs);
            _policy.Refresh();
            SweepUnderLock();
            ushort key = FindOrAddUnderLock(hash, entryBytes);
            if (key == 0)
                return;
            _keys[key].TtlTicks = ttlMs == 0 ? MiniaturePlace.Never : (uint)Math.Min(MiniaturePlace.Never, ttlMs >> TickShift);
            uint expiryTick = Later(_keys[key].TtlTicks);
            foreach (MiniatureCache cache in _caches)
            {
                if (!cache.Holds(key, _tick))
                    cache.Admit(key, expiryTick, this);
                else if (!_keys[key].IsAwaited)
                    cache.SetExpiry(key, expiryTick);
            }

            _keys[key].IsAwaited = false;
            LeaveUnderLock(key);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>The entry of a sampled key was removed.</summary>
    public void Remove(ulong hash)
    {
        if (!_gate.TryEnter())
            return;
        try
        {
            ushort key = FindUnderLock(hash);
            if (key != 0)
                RemoveUnderLock(key);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Every entry was removed.</summary>
    public void Clear()
    {
        lock (_gate)
            FreeAllUnderLock();
    }

    /// <summary>The store's records may take so much from now on.</summary>
    public void SetCapacity(long capacityBytes)
    {
        lock (_gate)
        {
            _capacityBytes = capacityBytes;
            SetCapacitiesUnderLock();
        }
    }

    /// <summary>Forgets what is long past. Called now and then with the store's own counts.</summary>
    public void Turn(long hits, long misses)
    {
        lock (_gate)
        {
            if (_reads - _newer.SampledReads >= (long)ReadsOfATurn * _keys.Length)
                (_older, _newer) = (_newer, MarkUnderLock(hits, misses));
        }
    }

    /// <summary>What the store's hit ratio would have been at other capacities; null when nothing was read.</summary>
    public HitRatioEstimate? Estimate(long hits, long misses)
    {
        lock (_gate)
        {
            MiniatureMark now = MarkUnderLock(hits, misses);
            long reads = now.Hits + now.Misses - _older.Hits - _older.Misses;
            if (reads <= 0)
                return null;
            long missed = now.Misses - _older.Misses;
            double full = now.AtFull - _older.AtFull;
            // The sample of the keys, and what was lost, show in the misses of the one capacity where the truth is known.
            double scale = full < LeastMisses * _weight ? 1 : Math.Clamp(missed / full, 0.5, 2);
            return new HitRatioEstimate(
                reads,
                Ratio(full),
                Ratio(now.AtHalf - _older.AtHalf),
                Ratio(now.AtTwice - _older.AtTwice),
                Ratio(now.AtFourTimes - _older.AtFourTimes),
                _caches[0].Count);

            double Ratio(double misses) => Math.Clamp(1 - (missed + (misses - full) * scale) / reads, 0, 1);
        }
    }

    /// <summary>Lets a key go that no cache knows any more.</summary>
    internal void FreeIfUnused(ushort key)
    {
        if (key == _inUse)
            return;
        foreach (MiniaturePlace place in _keys[key].Places)
        {
            if (place.Ring != MiniatureRing.None)
                return;
        }

        ref ushort link = ref BucketOf(_keys[key].Hash);
        while (link != key)
            link = ref _keys[link].Next;
        link = _keys[key].Next;
        // A free key has hash zero, which is always one of the sampled.
        _keys[key] = new MiniatureKey { Next = _free };
        _free = key;
    }

    private ref ushort BucketOf(ulong hash) => ref _buckets[(int)(uint)hash & (_buckets.Length - 1)];

    private ushort FindUnderLock(ulong hash)
    {
        ushort key = BucketOf(hash);
        while (key != 0 && _keys[key].Hash != hash)
            key = _keys[key].Next;
        return key;
    }

    // The key, known to be as large as said; 0 when it is not sampled any more. It stays until LeaveUnderLock.
    private ushort FindOrAddUnderLock(ulong hash, int entryBytes)
    {
        ushort key = FindUnderLock(hash);
        if (key == 0)
        {
            while (_free == 0)
                LowerUnderLock();
            if (!Samples(hash))
                return 0;
            key = _free;
            _free = _keys[key].Next;
            _keys[key] = new MiniatureKey { Hash = hash, TtlTicks = MiniaturePlace.Never, Next = BucketOf(hash) };
            BucketOf(hash) = key;
        }

        foreach (MiniatureCache cache in _caches)
            cache.Resize(key, entryBytes);
        _keys[key].EntryBytes = entryBytes;
        _inUse = key;
        return key;
    }

    private uint TickOf(long nowMs) => Math.Max(_tick, (uint)Math.Clamp((nowMs - _startMs) >> TickShift, 0, MiniaturePlace.Never - 1));

    private uint Later(uint ticks) => (uint)Math.Min(MiniaturePlace.Never, (ulong)_tick + ticks);

    private void LeaveUnderLock(ushort key)
    {
        _inUse = 0;
        FreeIfUnused(key);
    }

    // The store takes the memory of expired entries back at once, so they go here too, a few keys a write.
    private void SweepUnderLock()
    {
        for (int i = 0; i < SweptKeys; i++)
        {
            _swept = _swept + 1 < _keys.Length ? _swept + 1 : 1;
            if (_keys[_swept].Hash == 0)
                continue;
            foreach (MiniatureCache cache in _caches)
                cache.Holds((ushort)_swept, _tick);
            FreeIfUnused((ushort)_swept);
        }
    }

    private void RemoveUnderLock(ushort key)
    {
        foreach (MiniatureCache cache in _caches)
            cache.Remove(key);
        FreeIfUnused(key);
    }

    // An eighth of the keys goes.
    private void LowerUnderLock()
    {
        Volatile.Write(ref _bound, _bound - _bound / 8);
        _weight = (double)ulong.MaxValue / _bound;
        SetCapacitiesUnderLock();
        for (ushort key = 1; key < _keys.Length; key++)
        {
            if (!Samples(_keys[key].Hash))
                RemoveUnderLock(key);
        }
    }

    private void SetCapacitiesUnderLock()
    {
        for (int i = 0; i < _caches.Length; i++)
            _caches[i].CapacityBytes = (long)(_capacityBytes * Factors[i] / _weight);
    }

    private void FreeAllUnderLock()
    {
        foreach (MiniatureCache cache in _caches)
            cache.Clear();
        Array.Clear(_buckets);
        Array.Clear(_keys);
        _free = 0;
        for (int key = _keys.Length - 1; key > 0; key--)
        {
            _keys[key].Next = _free;
            _free = (ushort)key;
        }
    }

    private MiniatureMark MarkUnderLock(long hits, long misses) => new(hits, misses, _reads, _misses[1], _misses[0], _misses[2], _misses[3]);
}
