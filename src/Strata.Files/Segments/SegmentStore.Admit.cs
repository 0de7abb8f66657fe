using System.Numerics;

namespace Strata.Files.Segments;

/// <content>Which writes are worth the disk.</content>
internal sealed partial class SegmentStore
{
    private const int BytesPerSeenKey = 4096;
    private const int MsPerSecond = 1000;

    // Keys that were written once, by a part of their hash. A key that falls on another's place takes it.
    private uint[]? _seen;
    private long _budgetBytes;
    private long _budgetMs;

    private bool IsAdmittedUnderGate(ulong hash, long lengthBytes, bool isThere)
    {
        if (_options.AdmitsOnSecondWrite && !isThere)
        {
            _seen ??= new uint[BitOperations.RoundUpToPowerOf2((ulong)Math.Clamp(_options.CapacityBytes / BytesPerSeenKey, 64, 1 << 26))];
            ref uint seen = ref _seen[(int)(hash & (ulong)(_seen.Length - 1))];
            uint mark = (uint)(hash >> 32) | 1;
            if (seen != mark)
            {
                seen = mark;
                return false;
            }
        }

        if (_options.WriteBytesPerSecond == 0)
            return true;
        long nowMs = _clock.NowMs, limit = _options.WriteBytesPerSecond;
        _budgetBytes = _budgetMs == 0 ? limit : (long)Math.Min(limit, _budgetBytes + (double)limit * (nowMs - _budgetMs) / MsPerSecond);
        _budgetMs = nowMs;
        if (_budgetBytes < Math.Min(lengthBytes, limit))
            return false;
        _budgetBytes -= lengthBytes;
        return true;
    }
}
