using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Index;

/// <content>
/// Overflow buckets. Each page knows how many of its buckets are in chains and lists those that were and are not; so a page can be emptied, see
/// <see cref="TryShrink"/>, without a look at the others.
/// </content>
internal sealed unsafe partial class HashIndex
{
    private PageTable _overflowTable;
    private int _overflowPages;
    private int _overflowPagesKnown;

    // Buckets that can be taken, and the page that was found to have some last.
    private int _overflowFree;
    private int _overflowOpen;

    // Whether the last page is being emptied, and the first of its buckets that was not looked at.
    private bool _isVacating;
    private int _vacateNext;

    /// <summary>Whether an insert into a full chain would find a bucket.</summary>
    public bool HasOverflowBucket => _overflowFree != 0;

    private int BucketsPerPage => 1 << _root->PageShift;

    // No page in whose buckets a link could not name every one.
    private int OverflowPageLimit => Math.Min(_overflowTable.Limit, (IndexBucket.LinkLimit - 1) >> _root->PageShift);

    // The pages that buckets are taken from.
    private int OverflowPagesInUse => _overflowPages - (_isVacating ? 1 : 0);

    /// <summary>Checks that the pages count as many buckets in chains as there were found.</summary>
    public void VerifyOverflow(long found)
    {
        long taken = 0, free = 0;
        for (int page = 0; page < _overflowPages; page++)
        {
            taken += OverflowInfo(page).LiveBuckets;
            free += FreeIn(page);
        }

        if (taken != found || free != _overflowFree)
            throw new InvalidOperationException($"Integrity: {found} overflow buckets are in chains, {taken} are taken; {free} are free, {_overflowFree} are counted.");
    }

    private ref PageInfo OverflowInfo(int page) => ref _pool.Infos[_pool.PageOf(_overflowTable[page])];

    private int FreeIn(int page) => page < OverflowPagesInUse ? BucketsPerPage - OverflowInfo(page).LiveBuckets : 0;

    private void AddOverflowPage(int page)
    {
        Install(_overflowTable, _overflowPages++, ref _overflowPagesKnown, page);
        _overflowFree += BucketsPerPage;
        Volatile.Write(ref _root->OverflowLimit, _overflowPagesKnown << _root->PageShift);
    }

    // HasOverflowBucket has been asked.
    private int TakeOverflow()
    {
        while (FreeIn(_overflowOpen) == 0)
            _overflowOpen = (_overflowOpen + 1) % OverflowPagesInUse;
        ref PageInfo info = ref OverflowInfo(_overflowOpen);
        int link = info.FreeLink;
        if (link != 0)
        {
            info.FreeLink = IndexBucket.LinkOf(_root->Overflow(link)->Head);
        }
        else
        {
            link = (_overflowOpen << _root->PageShift) + info.UsedBytes / IndexBucket.BucketBytes + 1;
            info.UsedBytes += IndexBucket.BucketBytes;
        }

        info.LiveBuckets++;
        _overflowFree--;
        return link;
    }

    // The bucket is empty and in no chain.
    private void Recycle(int link)
    {
        int page = (link - 1) >> _root->PageShift;
        ref PageInfo info = ref OverflowInfo(page);
        _root->Overflow(link)->Head = IndexBucket.WithLink(0, info.FreeLink);
        info.FreeLink = link;
        info.LiveBuckets--;
        if (page < OverflowPagesInUse)
            _overflowFree++;
    }

    // Every bucket is free again; none is looked at before it is used.
    private void ForgetOverflow()
    {
        _isVacating = false;
        _overflowFree = _overflowPages << _root->PageShift;
        for (int page = 0; page < _overflowPages; page++)
        {
            ref PageInfo info = ref OverflowInfo(page);
            info.UsedBytes = info.LiveBuckets = 0;
            info.FreeLink = 0;
        }
    }
}
