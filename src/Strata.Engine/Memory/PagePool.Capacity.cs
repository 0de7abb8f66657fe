using Strata.Engine.Layout;

namespace Strata.Engine.Memory;

/// <content>How many pages may be in use, and how the memory of those that are not goes back to the system.</content>
internal sealed unsafe partial class PagePool
{
    /// <summary>The pages whose memory is given back between two looks at the free list.</summary>
    private const int DiscardBatch = 64;

    private long _budgetBytes;
    private int _limit;

    // Free pages whose memory the system has. They are taken only when no other is free, since touching them again costs a fault.
    private int _discardedHead;

    /// <summary>The pages that may be in use at once. More are in use for a while after the budget was lowered; then none is to be had.</summary>
    public int PageLimit => Volatile.Read(ref _limit);

    /// <summary>Pages that were ever used: so many descriptions take memory.</summary>
    public int TouchedPages => Volatile.Read(ref _fresh) - 1;

    /// <summary>The address space of the pages.</summary>
    public byte* FirstPage => AddressOf(1);

    /// <summary>Whether more is in use than the budget pays for, but for what readers hold: evicting others would not make up for that.</summary>
    public bool IsOverLimit => UsedPages - QuarantinedPages > PageLimit;

    /// <summary>Whether free pages keep the resident size above what the budget allows.</summary>
    public bool HoldsSpareMemory => Volatile.Read(ref _freeCount) != 0 && UsedPages + Volatile.Read(ref _freeCount) > PageLimit;

    /// <summary>The pages that so many bytes pay for, when so many were ever used.</summary>
    public static long PagesOf(long budgetBytes, int pageBytes, int touchedPages)
    {
        long pages = budgetBytes / (pageBytes + PageMetadataBytes);
        return touchedPages <= pages ? pages : (budgetBytes - (long)touchedPages * PageMetadataBytes) / pageBytes;
    }

    /// <summary>What pages and their metadata may take. At once for whoever wants a page; what is in use above it stays until it is returned.</summary>
    public void SetBudget(long budgetBytes)
    {
        using (_gate.EnterSteadily())
        {
            _budgetBytes = budgetBytes;
            Volatile.Write(ref _limit, LimitFor(_fresh - 1));
        }
    }

    /// <summary>Gives the memory of the pages that are free now back to the system, outside every lock. Takers meanwhile may find fewer pages than there are.</summary>
    /// <returns>How many bytes the system took.</returns>
    public long DiscardFree()
    {
        int* batch = stackalloc int[DiscardBatch];
        long bytes = 0;
        for (int left = Volatile.Read(ref _freeCount); left > 0;)
        {
            int count = TakeFree(batch, Math.Min(left, DiscardBatch));
            if (count == 0)
                break;
            for (int i = 0; i < count; i++)
                bytes += SystemMemory.Discard(AddressOf(batch[i]), PageBytes);
            PutDiscarded(batch, count);
            left -= count;
        }

        return bytes;
    }

    /// <summary>
    /// Sets a page of the index aside that holds nothing: its memory goes back to the system and it no longer counts, but it stays the index's, since a
    /// late reader may still count a hit in it.
    /// </summary>
    /// <returns>How many bytes the system took.</returns>
    public long Park(int page)
    {
        long bytes = SystemMemory.Discard(AddressOf(page), PageBytes);
        using (_gate.EnterSteadily())
        {
            Infos[page] = default;
            Infos[page].Kind = PageKind.Parked;
            _used--;
        }

        return bytes;
    }

    /// <summary>Takes a parked page back into use, and the caller's free one in exchange.</summary>
    public void Unpark(int page, int given)
    {
        using (_gate.EnterSteadily())
        {
            Infos[page] = default;
            Infos[page].Kind = PageKind.Index;
            _used++;
            Infos[given].Next = PageInfo.None;
            Free(given);
        }
    }

    private int LimitFor(int touchedPages) => (int)Math.Min(PageCount, PagesOf(_budgetBytes, PageBytes, touchedPages));

    private int TakeFree()
    {
        int page = _freeHead;
        if (page == 0)
            return 0;
        _freeHead = Infos[page].Next;
        _freeCount--;
        return page;
    }

    private int TakeDiscarded()
    {
        int page = _discardedHead;
        if (page != 0)
            _discardedHead = Infos[page].Next;
        return page;
    }

    // A page that was never used. More of them than the budget has pages are touched where some are parked: the metadata of these is paid for by pages.
    private int TakeFresh()
    {
        if (_fresh > PageCount)
            return 0;
        int limit = LimitFor(_fresh);
        if (_used >= limit)
            return 0;
        Volatile.Write(ref _limit, limit);
        return _fresh++;
    }

    private int TakeFree(int* pages, int most)
    {
        using (_gate.EnterSteadily())
        {
            int count = 0;
            while (count < most && TakeFree() is var page and not 0)
                pages[count++] = page;
            return count;
        }
    }

    private void PutDiscarded(int* pages, int count)
    {
        using (_gate.EnterSteadily())
        {
            for (int i = 0; i < count; i++)
            {
                Infos[pages[i]].Next = _discardedHead;
                _discardedHead = pages[i];
            }
        }
    }
}
