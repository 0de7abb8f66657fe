using Strata.Engine.Layout;

namespace Strata.Engine.Memory;

/// <content>What leases may hold, and what they keep when the store ends.</content>
internal sealed unsafe partial class PagePool
{
    /// <summary>Leases may pin one part in so many of the pages.</summary>
    private const int LeaseShare = 8;

    private long _leasedChainPages;

    /// <summary>The most pages that leases may pin. It follows the capacity; what is leased above a smaller one stays until it is disposed.</summary>
    public int LeasePageLimit => PageLimit / LeaseShare;

    /// <summary>What is pinned of these pages at the moment.</summary>
    public LeaseGauge MeasureLeases() => HazardTable.Measure(FirstPage, End);

    /// <summary>
    /// Keeps the pins of a lease if no more than <see cref="LeasePageLimit"/> pages are pinned with them; else says no, and the pins are still the caller's.
    /// </summary>
    /// <remarks>Pins are published before they are counted: of leases that are too many together, the last to publish sees all the others.</remarks>
    public bool TryKeep(HazardPin record, HazardPin chain, int chainPages, long startMs)
    {
        HazardTable.Note(record, startMs, 1);
        if (chainPages != 0)
        {
            HazardTable.Note(chain, HazardNote.PartOfLease, chainPages);
            Interlocked.Add(ref _leasedChainPages, chainPages);
        }

        // Mostly all words together could not pin too much.
        if (HazardTable.LeaseWordLimit + Volatile.Read(ref _leasedChainPages) <= LeasePageLimit)
            return true;
        Interlocked.MemoryBarrier();
        if (MeasureLeases().Pages <= LeasePageLimit)
            return true;
        LetGo(chainPages);
        return false;
    }

    /// <summary>A lease of a chain of so many pages ended.</summary>
    public void LetGo(int chainPages)
    {
        if (chainPages != 0)
            Interlocked.Add(ref _leasedChainPages, -chainPages);
    }

    /// <summary>
    /// Gives the memory back, but for the pages that are pinned, with their chains, and then the infos, which link the chains. Called after the full fence that
    /// follows the flag which makes later pins void.
    /// </summary>
    public void DiscardUnpinned()
    {
        using (_gate.EnterSteadily())
        {
            List<nuint> kept = [];
            HazardTable.CollectPinned(FirstPage, End, kept);
            if (kept.Count == 0)
            {
                _region.Discard();
                return;
            }

            for (int i = kept.Count - 1; i >= 0; i--)
                CollectChainUnderGate(PageOf((byte*)kept[i]), kept);
            kept.Sort();
            byte* from = FirstPage;
            foreach (nuint page in kept)
            {
                _region.Discard(from, (byte*)page);
                from = (byte*)page + PageBytes;
            }

            _region.Discard(from, End);
        }
    }

    private byte* End => _region.Start + _region.LengthBytes;

    // The pages behind the first of a chain. A pin that was taken too late to count may name any page.
    private void CollectChainUnderGate(int first, List<nuint> pages)
    {
        if (first > PageCount || Infos[first].Kind is not (PageKind.Chain or PageKind.Quarantined))
            return;
        int count = 0;
        for (int page = Infos[first].Next; page > 0 && page <= PageCount && ++count < PageCount; page = Infos[page].Next)
            pages.Add((nuint)AddressOf(page));
    }
}
