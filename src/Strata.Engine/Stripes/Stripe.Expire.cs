using Strata.Engine.Expiry;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

/// <summary>
/// How expired bytes are found. A slab is filed in the TTL wheel under its first expiry; when that comes it is swept: what has expired is counted, and
/// the slab is filed again under the time at which another part of it will have. So what is not counted is less than that part of each slab.
/// </summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>A slab is swept again when so small a part of a page has expired.</summary>
    private const int SweepPart = 32;

    /// <summary>The slabs that are swept in one step.</summary>
    private const int StepSweeps = 4;

    /// <summary>The chained records that one sweep drops.</summary>
    private const int SweepDrops = 64;

    // Sweeps slabs whose time has come. True when there may be more of them.
    private bool SweepDueUnderLock(int most)
    {
        for (int swept = 0; swept < most; swept++)
        {
            int page = _wheel.TakeDue(_nowMs);
            if (page == 0)
                return false;
            SweepUnderLock(page);
        }

        return true;
    }

    // One walk over the headers of a slab.
    private void SweepUnderLock(int page)
    {
        ref PageInfo info = ref _pool.Infos[page];
        byte* start = _pool.AddressOf(page);
        var plan = new SweepPlan(stackalloc SweepPlan.Part[TtlClass.Count], _nowMs);
        int expiredBytes = 0, drops = 0;
        long lastMs = _nowMs;
        bool isCutShort = false;
        for (int offset = 0, recordBytes; offset < info.UsedBytes; offset += recordBytes)
        {
            byte* record = start + offset;
            RecordHeader header = RecordReader.HeaderOf(record);
            recordBytes = header.RecordBytes(_pool.PageBytes);
            if (header.Has(RecordFlags.Dead))
                continue;
            long expiryMs = ExpiryOf(record, header);
            lastMs = Math.Max(lastMs, expiryMs);
            if (expiryMs > _nowMs)
                plan.Add(expiryMs, recordBytes + (long)header.ChainPages(_pool.PageBytes) * _pool.PageBytes);
            else if (!header.Has(RecordFlags.Chain))
                expiredBytes += recordBytes;
            else if (drops++ < SweepDrops)
                ExpireUnderLock(record);
            else
                isCutShort = true;
        }

        info.SweptMs = _nowMs;
        info.LastExpiryMs = lastMs;
        _waste.Count(page, 0, expiredBytes - info.ExpiredBytes);
        long nextMs = isCutShort ? _nowMs : plan.NextMs(_pool.PageBytes / SweepPart);
        if (nextMs != long.MaxValue)
            FileUnderLock(page, nextMs);
        // An open slab is no candidate for the hand.
        if (info.State == SlabState.Open && IsMostlyGone(page))
            SealUnderLock(RingOf(info.Kind == PageKind.Main), page);
    }

    // The pages of a chain need not wait until their record's slab is reclaimed.
    private void ExpireUnderLock(byte* record)
    {
        bool isFound = _index.TryFind(_index.HashOf(record), _records.LocationOf(record), out SlotPosition position);
        Invariant.That(isFound, _records.LocationOf(record));
        DropUnderLock(position, RemovalReason.Expired);
        _counters.Expirations++;
    }

    // A record of this slab, live or expired, has this expiry from now on.
    private void AddExpiryUnderLock(byte* record, RecordHeader header)
    {
        int page = _pool.PageOf(record);
        ref PageInfo info = ref _pool.Infos[page];
        long expiryMs = ExpiryOf(record, header);
        info.LastExpiryMs = Math.Max(info.LastExpiryMs, expiryMs);
        if (expiryMs == long.MaxValue)
            return;
        if (IsCounted(record, header, in info))
            _waste.Count(page, 0, header.RecordBytes(_pool.PageBytes));
        if (page != _hand && (info.WheelSlot == 0 || expiryMs < info.WheelMs))
            FileUnderLock(page, expiryMs);
    }

    // A record is about to die, or to get another expiry.
    private void RemoveExpiryUnderLock(byte* record, RecordHeader header)
    {
        int page = _pool.PageOf(record);
        if (IsCounted(record, header, in _pool.Infos[page]))
            _waste.Count(page, 0, -header.RecordBytes(_pool.PageBytes));
    }

    // Whether a live record is among the expired bytes of its slab.
    private static bool IsCounted(byte* record, RecordHeader header, in PageInfo info) =>
        header.Has(RecordFlags.Expiry) && !header.Has(RecordFlags.Chain) && ExpiryOf(record, header) <= info.SweptMs;

    private void FileUnderLock(int page, long timeMs)
    {
        _wheel.File(page, timeMs);
        _pool.Infos[page].WheelMs = timeMs;
    }
}
