using Strata.Engine.Memory;
using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <content>The capacity, changed while the store works, and the memory behind it.</content>
public sealed unsafe partial class ByteStore
{
    // Held while a capacity is put into force, not while entries make room for it. Before the pool's lock.
    private readonly Lock _capacityGate = new();
    private readonly long _maxValueOption;
    private long _capacityBytes;
    private long _maxValueBytes;

    /// <summary>The memory the store may use now, in bytes: what <see cref="SetCapacity"/> was last given.</summary>
    public long CapacityBytes => Volatile.Read(ref _capacityBytes);

    /// <summary>The largest capacity this store can have, in bytes: its address space was reserved at creation.</summary>
    public long MaxCapacityBytes { get; }

    /// <summary>
    /// The smallest capacity this store can have now, in bytes: 16 slabs for each stripe, the metadata, and 76 bytes for each slab that was ever used. A store is divided for
    /// its first capacity and its largest: the smallest is about a sixteenth of the first, a quarter where the largest is many times as much, and at least 1 MiB.
    /// </summary>
    public long MinCapacityBytes => _layout.LeastCapacityBytes(_pool.TouchedPages);

    /// <summary>
    /// The longest value this store accepts, in bytes. It follows the capacity: a quarter of it, and at most <see cref="ByteStoreOptions.MaxValueBytes"/>.
    /// Longer ones that are there already stay until they are evicted.
    /// </summary>
    public long MaxValueBytes => Volatile.Read(ref _maxValueBytes);

    /// <summary>
    /// Changes the capacity. A larger one is there at once, without a pause. A smaller one binds new writes at once; the caller then evicts, in the order in
    /// which eviction would go on, until the rest fits, and gives the memory back to the system. So a call that shrinks costs what evicting the difference costs,
    /// and may pass entries that are often read four times; each step takes one stripe's lock for a bounded time.
    /// </summary>
    /// <remarks>
    /// The index becomes smaller with the entries. <see cref="StoreStatistics.UsedBytes"/> stays above a smaller capacity by what readers have pinned and long
    /// values that are being written; it goes when they are done, at the latest with the next <see cref="Maintain"/>, which also goes on with a call that was
    /// interrupted. Thread-safe: of two calls at once the last one to begin wins.
    /// </remarks>
    /// <param name="capacityBytes">The new capacity, from <see cref="MinCapacityBytes"/> to <see cref="MaxCapacityBytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is outside its bounds; the message names them. Nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public void SetCapacity(long capacityBytes)
    {
        ThrowIfDisposed();
        long nowMs = _clock.NowMs;
        lock (_capacityGate)
        {
            OptionsCheck.Capacity(capacityBytes, MinCapacityBytes, MaxCapacityBytes);
            SetBudget(capacityBytes);
            _miniatures?.SetCapacity(RecordCapacityBytes);
        }

        foreach (Stripe stripe in _stripes)
            stripe.FollowCapacity();
        ShrinkToCapacity(nowMs);
        ThrowIfDisposed();
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Gives memory that holds nothing back to the system: slabs that are free, and the index's and the ghost's as far as they are larger than the entries need,
    /// as after a <see cref="Clear"/>. The capacity stays, and the memory is taken again as the store fills.
    /// </summary>
    /// <remarks>Takes one stripe's lock at a time, for a bounded step; a step for 64 of the buckets that the index loses, and a system call for each free slab. On macOS the system takes the memory when it wants it.</remarks>
    /// <returns>The bytes that the system was given; 0 when there was nothing to give or it refused.</returns>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public long Trim()
    {
        ThrowIfDisposed();
        _pool.Sweep();
        long bytes = 0;
        foreach (Stripe stripe in _stripes)
        {
            while (stripe.TryShrinkMetadata(ref bytes))
            {
                // One step at a time: writers get the lock in between.
            }
        }

        bytes += DiscardFree();
        ThrowIfDisposed();
        return bytes;
    }

    /// <summary>What backs the store's native memory, as far as the system tells. Reads the system's map of the process: milliseconds, and some garbage.</summary>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public MemoryReport GetMemoryReport()
    {
        ThrowIfDisposed();
        MemoryBacking? backing = MemoryBacking.TryRead(_region.Start, _region.LengthBytes);
        var report = new MemoryReport
        {
            ReservedBytes = _region.LengthBytes,
            ResidentBytes = backing?.ResidentBytes,
            HugePageBytes = backing?.HugePageBytes,
            HugePagesRequested = _region.HugePagesRequested,
        };
        GC.KeepAlive(this);
        return report;
    }

    // Nothing in here throws: the store has one capacity or the other. Huge pages are asked for while all pages that were ever used lie in what the
    // capacity pays for: behind that, free pages would be resident with their neighbours.
    private void SetBudget(long capacityBytes)
    {
        long largest = OptionsCheck.LargestValue(capacityBytes);
        Volatile.Write(ref _capacityBytes, capacityBytes);
        Volatile.Write(ref _maxValueBytes, _maxValueOption != 0 ? Math.Min(_maxValueOption, largest) : largest);
        _pool.SetBudget(capacityBytes - _layout.MetadataBytes);
        _region.RequestHugePages(_pool.FirstPage, _pool.TouchedPages <= _pool.PageLimit ? (long)_pool.PageLimit * _slabBytes : 0);
    }

    // Evicts until what is in use is within the capacity, or only what others hold is not.
    private void ShrinkToCapacity(long nowMs)
    {
        // What readers have let go of, before anything is evicted.
        if (_pool.IsOverLimit)
            _pool.Sweep();
        while (_pool.IsOverLimit && TryShrink(nowMs))
        {
            // One step at a time: writers get the lock in between.
        }

        if (_pool.HoldsSpareMemory)
            DiscardFree();
        _removals?.Signal();
    }

    // Has the stripe that holds the most give up a page, or another one if it can not. False when none can.
    private bool TryShrink(long nowMs)
    {
        Stripe richest = RichestStripe();
        int before = _pool.UsedPages;
        bool isBefore = true;
        while (isBefore && richest.TryShrink(nowMs))
            isBefore = _pool.UsedPages >= before && _pool.IsOverLimit;
        if (!isBefore)
            return true;
        foreach (Stripe stripe in _stripes)
        {
            if (stripe != richest && stripe.TryShrink(nowMs))
                return true;
        }

        return false;
    }

    private long DiscardFree()
    {
        long bytes = _pool.DiscardFree();
        // What was touched after a dispose gave the memory back goes back too.
        if (_isGivenBack)
            GiveBack();
        GC.KeepAlive(this);
        return bytes;
    }
}
