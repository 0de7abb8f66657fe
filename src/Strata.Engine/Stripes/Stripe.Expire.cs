using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>How slabs get into the TTL wheel: filed under the time at which half of their bytes will be gone.</summary>
internal sealed unsafe partial class Stripe
{
    // A record of this slab expires then. The first look at the slab is at its earliest expiry; that look files it better.
    private void FileExpiryUnderLock(int page, long expiryMs, int bytes)
    {
        if (expiryMs == long.MaxValue)
            return;
        ref PageInfo info = ref _pool.Infos[page];
        info.Expiry.Add(expiryMs, bytes);
        if (!info.IsDue && (info.WheelSlot == 0 || expiryMs < info.WheelMs))
            FileUnderLock(page, expiryMs);
    }

    private static void ForgetExpiryUnderLock(ref PageInfo info, long expiryMs, int bytes)
    {
        if (expiryMs != long.MaxValue)
            info.Expiry.Remove(expiryMs, bytes);
    }

    // Files a slab for the time at which half of it will be gone; one that never gets there, for the time at which all that expires has expired.
    private void FileExpiredUnderLock(int page, long nowMs)
    {
        ref PageInfo info = ref _pool.Infos[page];
        long timeMs = info.Expiry.TimeWhenExpired(info.UsedBytes / 2 - info.DeadBytes);
        if (timeMs != long.MaxValue && timeMs > nowMs)
            FileUnderLock(page, timeMs);
    }

    private void FileUnderLock(int page, long timeMs)
    {
        _wheel.File(page, timeMs);
        _pool.Infos[page].WheelMs = timeMs;
    }
}
