using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>Where a record goes: the open slabs of a ring.</summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>A ring of so many slabs may have one more open: they are half empty on average.</summary>
    private const int SlabsPerOpen = 16;

    /// <summary>A stripe that can have so many slabs may have one more open in each ring.</summary>
    private const int ShareSlabsPerOpen = 32;

    /// <summary>A slab whose records expire within this part of their time is not looked at before all have.</summary>
    private const int NarrowPart = 64;

    private int OpenLimit(EvictionRing ring) =>
        (int)Math.Clamp(ShareBytes / _pool.PageBytes / ShareSlabsPerOpen, 1, Math.Min(OpenSlabs.Most, 2 + ring.SlabCount / SlabsPerOpen));

    // Claims bytes in a ring; EnsureRoomUnderLock has made sure that there are some.
    private byte* AppendUnderLock(bool isMain, int ttlClass, int recordBytes)
    {
        EvictionRing ring = RingOf(isMain);
        int page = ring.Open.Find(ttlClass, recordBytes);
        return ring.Append(page != 0 ? page : SlabForUnderLock(ring, ttlClass, recordBytes), recordBytes);
    }

    // No open slab of the class has room. A slab of another class will do when the ring has enough of them open, or when pages are short.
    private int SlabForUnderLock(EvictionRing ring, int ttlClass, int recordBytes)
    {
        int limit = OpenLimit(ring);
        int nearest = ring.Open.FindNearest(ttlClass, recordBytes);
        int replaced = ring.Open.Replaced(ttlClass, limit);
        if (nearest != 0 && ((replaced != 0 && replaced == nearest) || !HasSparePageUnderLock()))
            return nearest;
        int page = _reserve.TryTake(ring.Kind);
        Invariant.That(page != 0, recordBytes);
        if (replaced != 0)
            SealUnderLock(ring, replaced);
        ring.Begin(page, ttlClass);
        _pool.OpenedSeconds[page] = SecondsOf(_nowMs);
        NoteWeightUnderLock();
        return page;
    }

    // A page that neither the hand nor the next slab that must be opened will miss.
    private bool HasSparePageUnderLock()
    {
        RefillUnderLock();
        return _reserve.Count >= ReserveTarget && PagesOfRecordsUnderLock < _slabLimit;
    }

    // A slab that was never swept is filed under its first expiry; one whose records expire together is left alone until they all have.
    private void SealUnderLock(EvictionRing ring, int page)
    {
        ring.Seal(page);
        _waste.Add(page);
        ref PageInfo info = ref _pool.Infos[page];
        if (info.WheelSlot != 0 && info.SweptMs == 0 && IsNarrow(info.WheelMs, info.LastExpiryMs))
            FileUnderLock(page, info.LastExpiryMs);
    }

    private bool IsNarrow(long firstMs, long lastMs) => lastMs - firstMs <= (lastMs - _nowMs) / NarrowPart + TtlWheel.TickMs;
}
