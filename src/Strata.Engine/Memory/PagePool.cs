using System.Runtime.CompilerServices;
using Strata.Engine.Layout;

namespace Strata.Engine.Memory;

/// <summary>
/// The pages of one store: one budget for slabs, index, ghost and long values alike. Page 0 does not exist, so 0 ends every list; pages
/// are handed out in order of address first, and recycled after.
/// </summary>
/// <remarks>
/// <code>
///   region:  │ empty │ tables │ page infos │ times │ page 1 │ page 2 │ … │ page N │ guard │
/// </code>
/// Tables, infos and times have address space for all pages there will ever be, and take memory as far as pages were used.
/// Lock order: a stripe's lock, then <see cref="_gate"/>, which is waited for steadily: an interrupted wait would leave the stripe's change half done. Thread-safe.
/// </remarks>
internal sealed unsafe partial class PagePool
{
    /// <summary>What a page that was ever used takes beside itself: its info, its time, and an address in at most one table.</summary>
    public const int PageMetadataBytes = InfoAndTimeBytes + sizeof(ulong);

    /// <summary>What stands in the region for each page, beside tables.</summary>
    public const int InfoAndTimeBytes = PageInfo.InfoBytes + sizeof(int);

    /// <summary>What recycled pages are filled with, where they are. Read as a header it announces a value that is longer than any.</summary>
    public const byte PoisonByte = 0xFD;

    private readonly Lock _gate = new();

    // Kept so that the addresses stay this store's for as long as anybody works with the pool.
    private readonly NativeRegion _region;
    private readonly byte* _pages;
    private readonly int _pageShift;
    private readonly bool _poisons;
    private int _fresh = 1;
    private int _used;
    private int _freeHead;
    private int _freeCount;

    /// <summary>Divides a region into pages. None can be taken before <see cref="SetBudget"/>.</summary>
    /// <param name="region">The memory; long enough for <see cref="RegionBytes"/>, of which <see cref="KeptBytes"/> are kept.</param>
    /// <param name="pageBytes">A power of two.</param>
    /// <param name="pageCount">How many pages there will ever be.</param>
    /// <param name="tableBytes">Room for tables of addresses.</param>
    /// <param name="poisons">Whether <see cref="Poison"/> does anything.</param>
    public PagePool(NativeRegion region, int pageBytes, int pageCount, long tableBytes = 0, bool poisons = false)
    {
        Invariant.That(sizeof(PageInfo) == PageInfo.InfoBytes, sizeof(PageInfo));
        _region = region;
        PageBytes = pageBytes;
        PageCount = pageCount;
        _poisons = poisons;
        _pageShift = System.Numerics.BitOperations.Log2((uint)pageBytes);
        // The region's first word is what an empty slot points to. Read as a header, it announces a value that fits nowhere.
        *(ulong*)region.Start = ulong.MaxValue;
        Infos = (PageInfo*)(region.Start + KeptBytes(tableBytes));
        OpenedSeconds = (int*)(Infos + pageCount + 1);
        // Page 0 would overlap the times and is never handed out.
        _pages = region.Start + FrontBytes(pageBytes, pageCount, tableBytes) - pageBytes;
    }

    public int PageBytes { get; }

    public int PageCount { get; }

    /// <summary>The description of each page, by its index. Undefined for a page that was never taken.</summary>
    public PageInfo* Infos { get; }

    /// <summary>The description of one page.</summary>
    public ref PageInfo InfoOf(int page)
    {
        Invariant.That(page > 0 && page <= PageCount, page);
        return ref Infos[page];
    }

    /// <summary>When each page was last opened as a slab, in seconds since the store was created, by its index; undefined for one that never was.</summary>
    public int* OpenedSeconds { get; }

    /// <summary>Pages that somebody holds, quarantined ones among them.</summary>
    public int UsedPages => Volatile.Read(ref _used);

    /// <summary>Pages that a taker would get; below zero when the budget was lowered under what is in use.</summary>
    public int FreePages => PageLimit - UsedPages;

    /// <summary>Pages taken, and how many of them are quarantined, of one moment.</summary>
    public (int Used, int Quarantined) CountPages()
    {
        using (_gate.EnterSteadily())
            return (UsedPages, _quarantineCount);
    }

    /// <summary>The bytes at the region's start that late readers may still need.</summary>
    public static long KeptBytes(long tableBytes) => (PageInfo.InfoBytes + tableBytes + PageInfo.InfoBytes - 1) & ~(PageInfo.InfoBytes - 1L);

    /// <summary>The length of the region a pool of this size needs.</summary>
    public static long RegionBytes(int pageBytes, int pageCount, long tableBytes = 0) => FrontBytes(pageBytes, pageCount, tableBytes) + (long)pageCount * pageBytes;

    // What stands before the pages, which begin at a huge page's boundary where they are enough for huge pages.
    private static long FrontBytes(int pageBytes, int pageCount, long tableBytes)
    {
        long unit = (long)pageBytes * pageCount >= NativeRegion.LeastHugeBytes ? NativeRegion.HugePageBytes : pageBytes;
        return (KeptBytes(tableBytes) + (pageCount + 1L) * InfoAndTimeBytes + unit - 1) & ~(unit - 1);
    }

    /// <summary>One of the tables, all of which have the same length. Its content is undefined; it is kept until nobody knows the region any more.</summary>
    public PageTable TableOf(int number, int limit) => new((ulong*)(_region.Start + PageInfo.InfoBytes) + (long)number * limit, limit);

    public byte* AddressOf(int page)
    {
        Invariant.That(page > 0 && page <= PageCount, page);
        return _pages + ((long)page << _pageShift);
    }

    /// <summary>The page that holds an address of one of the pages.</summary>
    public int PageOf(byte* address) => (int)((address - _pages) >> _pageShift);

    /// <summary>A page nobody uses, or 0 when the budget is spent. Its content is whatever it was.</summary>
    public int TryTake(PageKind kind)
    {
        using (_gate.EnterSteadily())
        {
            if (_used >= _limit)
                SweepUnderGate(SweepStep);
            if (_used >= _limit)
                return 0;
            int page = TakeFree();
            if (page == 0)
                page = TakeDiscarded();
            if (page == 0)
                page = TakeFresh();
            if (page == 0)
                return 0;
            _used++;
            Infos[page] = default;
            Infos[page].Kind = kind;
            return page;
        }
    }

    /// <summary>
    /// Takes a page back. Every slot that pointed into it has been cleared; a page that a reader has pinned is set aside until the pin is
    /// gone.
    /// </summary>
    public void Return(int page)
    {
        Infos[page].Next = PageInfo.None;
        ReturnChain(page);
    }

    /// <summary>Takes back a chain of pages, linked by <see cref="PageInfo.Next"/> until 0. A pin on the first pins them all.</summary>
    public void ReturnChain(int first)
    {
        Unlinked();
        bool pinned = HazardTable.IsPinned(AddressOf(first));
        using (_gate.EnterSteadily())
        {
            if (pinned)
                Quarantine(first);
            else
                Free(first);
        }
    }

    /// <summary>
    /// Copies a chain of pages. The caller holds a pin on its first page, or the lock of the stripe it belongs to. A link that leads
    /// nowhere ends the copy: it is met only when the store was disposed meanwhile.
    /// </summary>
    public void CopyChain(int first, Span<byte> destination)
    {
        for (int page = first; !destination.IsEmpty && page > 0 && page <= PageCount; page = Volatile.Read(ref Infos[page].Next))
        {
            int part = Math.Min(PageBytes, destination.Length);
            new ReadOnlySpan<byte>(AddressOf(page), part).CopyTo(destination);
            destination = destination[part..];
        }
    }

    /// <summary>
    /// Stands between the last unlink and the first reused byte. The store of the cleared slot and of the new version must be visible
    /// before a hazard word is read (or a reader may pin what is being recycled) and before the page is written (or a reader may see new
    /// bytes under an old version).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unlinked() => Interlocked.MemoryBarrier();

    /// <summary>Makes the content of a page that nobody may read any more unlike any record, in a pool that does so.</summary>
    public void Poison(int page)
    {
        if (_poisons)
            new Span<byte>(AddressOf(page), PageBytes).Fill(PoisonByte);
    }

    private void Free(int first)
    {
        for (int page = first; page != 0;)
        {
            Poison(page);
            int next = Infos[page].Next;
            Infos[page] = default;
            Infos[page].Next = _freeHead;
            _freeHead = page;
            _freeCount++;
            _used--;
            page = next;
        }
    }
}
