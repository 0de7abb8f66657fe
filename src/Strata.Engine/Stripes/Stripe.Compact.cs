using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>
/// Which slabs are reclaimed for their dead and expired bytes, and when: the one with the most, so that each byte gained costs the fewest copies
/// (Rosenblum and Ousterhout, "The design and implementation of a log-structured file system", 1992), and no sooner than a bound says.
/// </summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>So much of a slab is gone that it is reclaimed before a live one.</summary>
    private const int FirstGrade = WasteList.TopGrade / 2;

    /// <summary>A slab that will be gone by itself so soon is not copied unless it must be.</summary>
    private const int SoonMs = 1000;

    /// <summary>How many of the worst slabs are looked at for one that stays.</summary>
    private const int Candidates = 8;

    /// <summary>From so many slabs on, those that are copied for the dead around them have an open slab of their own.</summary>
    private const int SettledSlabs = 64;

    /// <summary>A stripe is quiet when less than this part of its slabs was written or removed since the last round.</summary>
    private const int QuietPart = 1024;

    // While there are writes, copies compete with them. What is known as expired and what sweeps have not seen yet stay below 5 % together.
    private static readonly WasteBounds s_busy = new(170, WasteList.TopGrade / 8, 30, 1, 10, SparedSlabs: 1);
    private static readonly WasteBounds s_quiet = new(80, WasteList.TopGrade / 16, 20, 1, 5, SparedSlabs: 0);

    // For a write that finds no room: a few slabs like that gain it a page.
    private static readonly WasteBounds s_pressed = new(170, WasteList.TopGrade / SlabsToPass, 30, WasteList.TopGrade / SlabsToPass, 1000, SparedSlabs: 1);

    private long _removedBytes;
    private long _churnedBytes;
    private bool _isQuiet;

    /// <summary>Begins a round of maintenance: what was written since the last one says how much this one copies.</summary>
    public void BeginRound()
    {
        lock (_gate)
        {
            long churnedBytes = _counters.WrittenBytes + _removedBytes;
            _isQuiet = churnedBytes - _churnedBytes <= SlabBytes / QuietPart;
            _churnedBytes = churnedBytes;
        }
    }

    private long SlabBytes => (long)SlabCount * _pool.PageBytes;

    // Takes the worst slab if its grade is at least the given one, or if the bounds say that it must go.
    private bool TryPickWasteUnderLock(int freeGrade, in WasteBounds bounds)
    {
        int grade = _waste.WorstGrade;
        if (grade == 0)
            return false;
        int page = _waste.Worst;
        if (grade < freeGrade)
        {
            long wasteBytes = SlabBytes - _liveBytes + _waste.ExpiredBytes - bounds.SparedSlabs * _pool.PageBytes;
            int least = bounds.LeastGrade(wasteBytes, _waste.ExpiredBytes, SlabBytes);
            if (grade < least)
                return false;
            int lasting = LastingUnderLock(page);
            if (lasting != 0 && _waste.GradeOf(lasting) >= least)
                page = lasting;
            else if (least == WasteBounds.CheapGrade)
                return false;
        }

        PickUnderLock(page, _pool.Infos[page].ExpiredBytes > _pool.Infos[page].DeadBytes ? HandErrand.Expiry : HandErrand.Compaction);
        return true;
    }

    // The worst slab that will not be gone by itself soon, among the few worst.
    private int LastingUnderLock(int page)
    {
        for (int looked = 0; page != 0 && looked < Candidates; looked++, page = _waste.After(page))
        {
            if (_pool.Infos[page].LastExpiryMs - _nowMs > SoonMs)
                return page;
        }

        return 0;
    }

    // After a removal, which takes no room but leaves dead bytes behind: the same bounded step as after a write.
    private void CompactUnderLock()
    {
        if (_hand == 0 && !TryPickWasteUnderLock(WasteList.TopGrade, s_busy))
            return;
        RefillUnderLock();
        StepUnderLock(mayWait: true);
    }

    // Where a copied record goes: by the time it has left.
    private int ClassUnderLock(long expiryMs) => expiryMs != long.MaxValue ? TtlClass.Of(expiryMs - _nowMs)
        : _errand == HandErrand.Eviction || SlabCount < SettledSlabs ? TtlClass.Never
        : TtlClass.Settled;

    private void NoteCopiedUnderLock(int recordBytes)
    {
        if (_errand == HandErrand.Eviction)
            _counters.CopiedByEvictionBytes += recordBytes;
        else if (_errand == HandErrand.Expiry)
            _counters.CopiedByExpiryBytes += recordBytes;
        else
            _counters.CopiedByCompactionBytes += recordBytes;
    }

    private bool IsMostlyGone(int page) => _waste.GradeOf(page) >= FirstGrade;
}
