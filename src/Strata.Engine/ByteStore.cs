using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Hashing;
using Strata.Engine.Insight;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Removals;
using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <summary>
/// A store of byte values under byte keys, in native memory, bounded by an exact number of bytes. Entries that do not fit are evicted by
/// the best of a few S3-FIFO-like policies; entries with a time to live are never returned after it, and their memory comes back by itself.
/// </summary>
/// <remarks>
/// Thread-safe. Reads take no lock, but for one that writers have overtaken 16 times in a row or that finds its thread's eight pins in use; writes take the
/// lock of one stripe of the keys for a bounded time. Neither allocates. No code of the caller runs under a lock.
/// Keys are 1 to 4096 bytes, values 0 bytes to <see cref="MaxValueBytes"/>. A disposed store throws
/// <see cref="ObjectDisposedException"/>; disposing while readers run is safe.
/// </remarks>
public sealed unsafe partial class ByteStore : IDisposable
{
    internal const int StripeShift = 40;

    /// <summary>The steps of maintenance in one stripe before it is the next one's turn.</summary>
    private const int StepsInARow = 8;

    private const int BackgroundPeriodMs = 50;

    private const int LongestMaintainMs = 10_000;

    private readonly NativeRegion _region;
    private readonly PagePool _pool;
    private readonly StoreClock _clock;
    private readonly HashSecret _secret;
    private readonly ulong* _secretWords;
    private readonly ThreadCounters _counters = new();
    private readonly ulong[] _rootMemory;
    private readonly IndexRoot* _roots;
    private readonly ModeDuel? _duel;
    private readonly Stripe[] _stripes;
    private readonly byte* _regionStart;
    private readonly byte* _regionEnd;
    private readonly int _stripeMask;
    private readonly nuint _rootMask;
    private readonly int _slabBytes;
    private readonly long _defaultTtlMs;
    private readonly StoreLayout _layout;
    private readonly RemovalDelivery? _removals;
    private readonly MiniatureCaches? _miniatures;
    private readonly ITimer? _timer;
    private volatile bool _isDisposed;
    private volatile bool _isGivenBack;
    private int _chainWriters;
    private int _disposing;
    private int _maintaining;

    /// <summary>Creates a store. Address space is reserved at once; memory is taken as the store fills.</summary>
    /// <remarks>On Windows the whole reservation counts against the system's commit limit from the beginning; it still takes memory only as the store fills.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds; the message names it, its value and the bound.</exception>
    /// <exception cref="OutOfMemoryException">The address space cannot be reserved.</exception>
    /// <exception cref="PlatformNotSupportedException">The process is not a 64-bit one.</exception>
    public ByteStore(ByteStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Validate(options);
        if (!Environment.Is64BitProcess)
            throw new PlatformNotSupportedException("A ByteStore needs a 64-bit process: run the program as x64 or Arm64.");
        _layout = StoreLayout.For(options);
        _slabBytes = _layout.SlabBytes;
        MaxCapacityBytes = Math.Max(options.CapacityBytes, options.MaxCapacityBytes);
        _maxValueOption = options.MaxValueBytes;
        _recordSlabLimit = options.RecordSlabLimit;
        _defaultTtlMs = options.DefaultTtl is { } ttl ? OptionsCheck.TtlMs(ttl, nameof(options.DefaultTtl)) : 0;
        _clock = new StoreClock(options.TimeProvider);
        _secret = options.HashSecret ?? HashSecret.Process;
        _secretWords = _secret.Words;

        _region = NativeRegion.Rent(PagePool.RegionBytes(_slabBytes, _layout.PageCount, _layout.TableBytes), PagePool.KeptBytes(_layout.TableBytes));
        try
        {
            _pool = new PagePool(_region, _slabBytes, _layout.PageCount, _layout.TableBytes, options.PoisonRecycled);
            SetBudget(options.CapacityBytes);
            _regionStart = _region.Start;
            _regionEnd = _region.Start + _region.LengthBytes;
            _stripeMask = _layout.StripeCount - 1;
            _rootMask = (nuint)_stripeMask << IndexRoot.RootShift;
            _rootMemory = AllocateRoots(_layout.StripeCount, out _roots);
            bool isPlain = options.EvictionMode == EvictionMode.S3Fifo;
            _duel = isPlain ? null : new ModeDuel(options.CapacityBytes, options.Favor, _roots, _layout.StripeCount);
            _removals = options.RemovalListener is null ? null : new RemovalDelivery(options, _layout.StripeCount);
            long nowMs = _clock.NowMs;
            var parts = new StoreParts(
                _pool, new RecordReader(_regionStart, _secretWords), _layout.StripeCount, options.RecordSlabLimit, options.EntryLimit,
                _duel, !isPlain && options.Favor == EvictionGoal.ObjectHits, options.HashSecret is null || options.RehashesFloods, nowMs, _removals);
            _miniatures = options.EstimatesHitRatios ? new MiniatureCaches(MiniatureCaches.KeysFor(options), RecordCapacityBytes, nowMs, new AdaptivePolicy(_duel)) : null;
            _stripes = new Stripe[_layout.StripeCount];
            for (int i = 0; i < _stripes.Length; i++)
                _stripes[i] = new Stripe(parts, i, _roots + i, _layout.TablePageLimit);
            if (options.BackgroundMaintenance)
                _timer = StartTimer(this, options.TimeProvider);
        }
        catch
        {
            // The time provider is the caller's code.
            Release();
            throw;
        }
    }

    /// <summary>Stops the timer of a forgotten store and gives its memory back.</summary>
    ~ByteStore() => Release();

    /// <summary>A snapshot of the counters. Takes each stripe's lock for a moment.</summary>
    public StoreStatistics GetStatistics()
    {
        ThrowIfDisposed();
        long nowMs = _clock.NowMs;
        LeaseGauge leases = _pool.MeasureLeases();
        StripeCounters sum = default;
        foreach (Stripe stripe in _stripes)
            stripe.AddTo(ref sum);
        var statistics = new StoreStatistics
        {
            Hits = _counters.Sum(ReadCounter.Hit),
            Confirmations = _counters.Sum(ReadCounter.Confirmation),
            Misses = _counters.Sum(ReadCounter.Miss),
            Writes = sum.Writes,
            Removals = sum.Removals,
            Evictions = sum.Evictions,
            Expirations = sum.Expirations,
            EntryCount = sum.Entries,
            RecordBytes = sum.LiveBytes,
            UsedBytes = UsedBytes,
            IndexBytes = sum.IndexPages * _slabBytes,
            PinnedBytes = (long)_pool.QuarantinedPages * _slabBytes,
            Leases = leases.Count,
            LeasedBytes = leases.Pages * _slabBytes,
            OldestLeaseMs = leases.Count == 0 ? 0 : Math.Max(0, nowMs - leases.OldestStartMs),
            LeaseCopies = _counters.Sum(ReadCounter.LeaseCopy),
            CapacityBytes = CapacityBytes,
            LongChains = sum.LongChains,
            Rehashes = sum.Rehashes,
            SlabBytes = sum.SlabBytes,
            ExpiredBytes = sum.ExpiredBytes,
            WrittenBytes = sum.WrittenBytes,
            CopiedByEvictionBytes = sum.CopiedByEvictionBytes,
            CopiedByExpiryBytes = sum.CopiedByExpiryBytes,
            CopiedByCompactionBytes = sum.CopiedByCompactionBytes,
            HugePagesRequested = _region.HugePagesRequested,
            RemovalsDelivered = _removals?.Delivered ?? 0,
            RemovalsDropped = _removals?.Dropped ?? 0,
            RemovalListenerFaults = _removals?.Faults ?? 0,
        };
        GC.KeepAlive(this);
        return statistics;
    }

    /// <summary>
    /// Reclaims the memory of entries whose time has come, and of entries that were removed or overwritten. A background timer does this twenty times a second
    /// unless <see cref="ByteStoreOptions.BackgroundMaintenance"/> is off, never twice at once. Locks one stripe at a time, for a bounded step.
    /// While there is much writing it leaves up to 17 % of the slabs dead, since every byte gained costs copies; a call that finds that little was written since
    /// the last one goes on to 8 %. Returns after ten seconds at the latest, with work left over. With background work off it also calls the removal listener for what was queued, after all locks.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public void Maintain() => MaintainFor(long.MaxValue);

    // Stops after so many milliseconds of the store's clock, with work left over: while there is much writing there is always some.
    private void MaintainFor(long mostMs)
    {
        ThrowIfDisposed();
        long startMs = _clock.NowMs, nowMs = startMs;
        _pool.Sweep();
        _counters.MarkLines();
        _miniatures?.Turn(_counters.Sum(ReadCounter.Hit), _counters.Sum(ReadCounter.Miss));
        foreach (Stripe stripe in _stripes)
            stripe.BeginRound();
        long began = Environment.TickCount64;
        for (bool isDone = false; !isDone && nowMs - startMs < mostMs && Environment.TickCount64 - began < LongestMaintainMs;)
        {
            isDone = true;
            foreach (Stripe stripe in _stripes)
            {
                // One step at a time, and a few of them in each stripe: writers get the lock in between.
                int steps = 0;
                while (steps < StepsInARow && stripe.ReclaimDue(nowMs))
                    steps++;
                isDone &= steps < StepsInARow;
            }

            if (!isDone)
                nowMs = _clock.NowMs;
        }

        ShrinkToCapacity(nowMs);
        _removals?.Maintain();
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Gives the memory back. Readers that are under way finish or throw <see cref="ObjectDisposedException"/>; none sees memory that belongs to
    /// someone else. Leases stay valid: what they pin goes back when they, and the store, are forgotten. Disposing twice does nothing.
    /// </summary>
    /// <remarks>
    /// A removal listener is told the rest of what left before: by this thread, before it returns, or by the thread that is telling it something at this moment,
    /// for which nobody waits. The entries that were still in the store are not reported.
    /// </remarks>
    public void Dispose()
    {
        Release();
        _removals?.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Tells the removal listener, on this thread, what was queued, unless another thread is at it.</summary>
    internal void DeliverRemovals() => _removals?.Deliver();

    /// <summary>
    /// Checks every structure of the store against every other, with every stripe locked: nobody else ever holds two of their locks. A long value that
    /// is being written meanwhile has pages that no stripe knows of, and makes the check fail.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something contradicts something else.</exception>
    internal void VerifyIntegrity()
    {
        foreach (Stripe stripe in _stripes)
            stripe.Gate.Enter();
        try
        {
            long pages = 0;
            foreach (Stripe stripe in _stripes)
                pages += stripe.VerifyIntegrity();
            (int used, int quarantined) = _pool.CountPages();
            Stripe.Require(pages + quarantined == used, "pages held and pages taken", pages + quarantined, used);
            long pinnedBytes = (long)quarantined * _slabBytes;
            Stripe.Require(UsedBytes - pinnedBytes <= CapacityBytes, "bytes used, but for pinned ones, and the capacity", UsedBytes - pinnedBytes, CapacityBytes);
        }
        finally
        {
            foreach (Stripe stripe in _stripes)
                stripe.Gate.Exit();
        }

        GC.KeepAlive(this);
    }

    /// <summary>The entries that are still held so many milliseconds after their time. A walk over every record, for measurements.</summary>
    internal long CountOverdue(long overdueMs)
    {
        long byMs = _clock.NowMs - overdueMs;
        long count = 0;
        foreach (Stripe stripe in _stripes)
            count += stripe.CountExpired(byMs);
        GC.KeepAlive(this);
        return count;
    }

    // The pages ever used are read first: so many allow what is read after.
    private long UsedBytes => _layout.UsedBytes(touchedPages: _pool.TouchedPages, usedPages: _pool.UsedPages);

    private Stripe StripeOf(ulong hash) => _stripes[StripeIndexOf(hash)];

    // Bits that neither the tag nor the head bucket uses in a stripe of up to 2^40 heads.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int StripeIndexOf(ulong hash) => (int)(hash >> StripeShift) & _stripeMask;

    // The same bits, already times the length of a root.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private IndexRoot* RootOf(ulong hash) => (IndexRoot*)((byte*)_roots + ((nuint)(hash >> (StripeShift - IndexRoot.RootShift)) & _rootMask));

    private void Release()
    {
        // A constructor that threw may have left any of these out.
        if (_region is null || Interlocked.Exchange(ref _disposing, 1) != 0)
            return;
        try
        {
            _timer?.Dispose();
        }
        finally
        {
            // Order: the flag, then every writer out, then the memory. A reader that is still at work looks at the flag last; its region goes to no
            // other store before it is done, since it holds this one.
            _isDisposed = true;
            foreach (Stripe? stripe in _stripes ?? [])
                stripe?.Dispose();
            _isGivenBack = true;
            Interlocked.MemoryBarrier();
            try
            {
                GiveBack();
            }
            finally
            {
                _region.Release();
            }
        }
    }

    // All but what leases hold, as long as they do.
    private void GiveBack()
    {
        if (_pool is null)
            _region.Discard();
        else
            _pool.DiscardUnpinned();
    }

    private void ThrowIfDisposed()
    {
        if (_isDisposed)
            ThrowDisposed();
    }

    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(ByteStore));

    // The roots, in a pinned array: reachable for as long as a reader can reach the store.
    private static ulong[] AllocateRoots(int count, out IndexRoot* roots)
    {
        // One more, so that they can begin at a cache line's boundary.
        ulong[] memory = GC.AllocateArray<ulong>((count + 1) * (IndexRoot.RootBytes / sizeof(ulong)), pinned: true);
        nuint start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(memory));
        roots = (IndexRoot*)((start + IndexRoot.RootBytes - 1) & ~(nuint)(IndexRoot.RootBytes - 1));
        for (int i = 0; i < count; i++)
            roots[i].SampleMask = ulong.MaxValue;
        return memory;
    }

    // The timer knows the store weakly, so that a forgotten store can be collected.
    private static ITimer StartTimer(ByteStore store, TimeProvider time)
    {
        var period = TimeSpan.FromMilliseconds(BackgroundPeriodMs);
        var weak = new WeakReference<ByteStore>(store);
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        return time.CreateTimer(static state => MaintainInBackground((WeakReference<ByteStore>)state!), weak, period, period);
    }

    private static void MaintainInBackground(WeakReference<ByteStore> weak)
    {
        // One at a time: a timer fires again whether or not its last call is over.
        if (!weak.TryGetTarget(out ByteStore? store) || store._isDisposed || Interlocked.Exchange(ref store._maintaining, 1) != 0)
            return;
        try
        {
            store.MaintainFor(BackgroundPeriodMs);
        }
        catch (ObjectDisposedException)
        {
            // Disposed between the look and the call.
        }
        finally
        {
            Volatile.Write(ref store._maintaining, 0);
        }
    }
}
