using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>
/// How slabs get into the TTL wheel. A slab is filed under its earliest expiry; when that comes, its records are looked at, and it is filed
/// again under the time at which most of its bytes will be gone.
/// </summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>The time between the first and the last expiry of a slab is looked at in so many parts.</summary>
    private const int DueParts = 64;

    // A record of this slab expires then.
    private void FileExpiryUnderLock(int page, long expiryMs)
    {
        ref PageInfo info = ref _pool.Infos[page];
        if (expiryMs != long.MaxValue && !info.IsDue && (info.WheelSlot == 0 || expiryMs < info.WheelMs))
            FileUnderLock(page, expiryMs);
    }

    private void FileUnderLock(int page, long timeMs)
    {
        _wheel.File(page, timeMs);
        _pool.Infos[page].WheelMs = timeMs;
    }

    // The time at which three quarters of the slab's used bytes will be dead or expired; for a slab that never gets there, the time at which
    // all that expires has expired, if that is an eighth of it. Walks the headers of the slab three times.
    private long DueTimeUnderLock(int page, long nowMs)
    {
        ref PageInfo info = ref _pool.Infos[page];
        long firstMs = long.MaxValue, lastMs = 0, expiring = 0;
        foreach (ExpiringRecord record in ExpiringRecordsOf(page))
        {
            firstMs = Math.Min(firstMs, Math.Max(nowMs, record.ExpiryMs));
            lastMs = Math.Max(lastMs, Math.Max(nowMs, record.ExpiryMs));
            expiring += record.Bytes;
        }

        // What is dead alone was weighed by the caller: no time makes it more.
        if (expiring == 0)
            return long.MaxValue;
        long wanted = info.UsedBytes - info.UsedBytes / 4 - info.DeadBytes;
        if (expiring < wanted && (info.DeadBytes + expiring) * 8 < info.UsedBytes)
            return long.MaxValue;
        if (expiring < wanted)
            return lastMs;

        long partMs = (lastMs - firstMs) / DueParts + 1;
        uint* bytes = stackalloc uint[DueParts];
        new Span<uint>(bytes, DueParts).Clear();
        foreach (ExpiringRecord record in ExpiringRecordsOf(page))
            bytes[(Math.Max(nowMs, record.ExpiryMs) - firstMs) / partMs] += (uint)record.Bytes;
        int part = 0;
        for (long gone = bytes[0]; gone < wanted; gone += bytes[++part])
        {
            // The sum of all parts is at least what is wanted.
        }

        // The last expiry of that part, not its end: one far-off record makes the parts wide.
        long dueMs = firstMs;
        foreach (ExpiringRecord record in ExpiringRecordsOf(page))
        {
            if ((Math.Max(nowMs, record.ExpiryMs) - firstMs) / partMs <= part)
                dueMs = Math.Max(dueMs, record.ExpiryMs);
        }

        return dueMs;
    }

    private ExpiringRecords ExpiringRecordsOf(int page) => new(_pool.AddressOf(page), _pool.Infos[page].UsedBytes, _pool.PageBytes);

    private readonly record struct ExpiringRecord(long ExpiryMs, int Bytes);

    // The live records of a slab that expire at some time.
    private ref struct ExpiringRecords(byte* start, int usedBytes, int slabBytes)
    {
        private int _next;

        public ExpiringRecord Current { get; private set; }

        public readonly ExpiringRecords GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_next < usedBytes)
            {
                byte* record = start + _next;
                RecordHeader header = RecordReader.HeaderOf(record);
                int recordBytes = header.RecordBytes(slabBytes);
                _next += recordBytes;
                if (header.Has(RecordFlags.Dead) || !header.Has(RecordFlags.Expiry) || ExpiryOf(record, header) is var expiryMs && expiryMs == long.MaxValue)
                    continue;
                Current = new ExpiringRecord(expiryMs, recordBytes);
                return true;
            }

            return false;
        }
    }
}
