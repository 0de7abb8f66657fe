using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

/// <summary>How a stripe follows a capacity that changes, and gives up what it no longer needs.</summary>
internal sealed unsafe partial class Stripe
{
    // The slabs that a shrinking capacity may pass before what would stay goes too: enough for each entry to lose its frequency.
    private long _slabsLeftToPass;

    // A key is remembered until nine tenths of the stripe's share were dropped after it.
    private long GhostWindowBytes => ShareBytes - ShareBytes / 10;

    /// <summary>The capacity is another one. The wait is steady: the stripes follow it one by one.</summary>
    public void FollowCapacity()
    {
        using (_gate.EnterSteadily())
        {
            _ghost.SetWindow(GhostWindowBytes);
            _slabsLeftToPass = (IndexSlot.MaxFrequency + 1L) * SlabCount;
        }
    }

    /// <summary>Takes a step towards fewer pages, for a capacity that became smaller: what eviction would do next, without new writes. False when there is nothing left to evict.</summary>
    public bool TryShrink(long nowMs)
    {
        lock (_gate)
        {
            if (_isDisposed)
                return false;
            _nowMs = nowMs;
            long discardedBytes = 0;
            if (TryShrinkMetadataUnderLock(ref discardedBytes))
                return true;
            if (_hand == 0 && !TryPickUnderLock(mayPickOpen: true))
                return false;
            _evictionReason = RemovalReason.Resized;
            // What stays goes into pages of the reserve, which the hand gives back; without one it goes.
            if (_slabsLeftToPass <= 0 || !StepUnderLock(mayWait: true))
                StepUnderLock(mayWait: false);
            _evictionReason = RemovalReason.Evicted;
            _slabsLeftToPass -= _hand == 0 ? 1 : 0;
            return true;
        }
    }

    /// <summary>Takes a step towards an index and a ghost as large as the entries need. False when there is no more to be had.</summary>
    /// <param name="discardedBytes">Raised by what the system was given; pages of the ghost go to the pool.</param>
    public bool TryShrinkMetadata(ref long discardedBytes)
    {
        lock (_gate)
            return !_isDisposed && TryShrinkMetadataUnderLock(ref discardedBytes);
    }

    private bool TryShrinkMetadataUnderLock(ref long discardedBytes)
    {
        // Up to half as much again as it needs, since it forgets everything when it becomes smaller.
        bool isGhostTooLarge = _ghost.PageCount * 2L > _ghost.PagesFor(_index.EntryCount + _index.EntryCount / 8) * 3L;
        if (isGhostTooLarge)
            _pool.Return(_ghost.RemovePage(GhostWindowBytes));
        return _index.TryShrink(ref discardedBytes) | isGhostTooLarge;
    }
}
