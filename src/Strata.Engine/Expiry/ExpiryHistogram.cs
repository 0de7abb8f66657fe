using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strata.Engine.Expiry;

/// <summary>
/// How many bytes of a slab expire when: sixteen bins of equal width after a base time. When a record expires beyond the last bin, the
/// width doubles and neighbouring bins merge, so the range always covers every record at a resolution of an eighth of it or better.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ExpiryHistogram
{
    public const int BinCount = 16;

    private long _baseMs;
    private int _widthShift;
    private Bins _bins;

    /// <summary>Forgets everything. Times before <paramref name="nowMs"/> are counted in the first bin.</summary>
    public void Reset(long nowMs)
    {
        _baseMs = nowMs;
        _widthShift = 0;
        _bins = default;
    }

    public void Add(long expiryMs, int bytes)
    {
        while (BinOf(expiryMs) >= BinCount)
            Widen();
        _bins[(int)BinOf(expiryMs)] += (uint)bytes;
    }

    /// <summary>Takes back what <see cref="Add"/> counted. Rebinning may have moved it by a bin at most, so a bin never goes below zero.</summary>
    public void Remove(long expiryMs, int bytes)
    {
        long bin = Math.Min(BinOf(expiryMs), BinCount - 1);
        _bins[(int)bin] -= Math.Min(_bins[(int)bin], (uint)bytes);
    }

    /// <summary>
    /// The earliest time, at the end of a bin, when at least <paramref name="wantedBytes"/> have expired; when they never will,
    /// the time at which the last have, and <see cref="long.MaxValue"/> when nothing expires.
    /// </summary>
    public readonly long TimeWhenExpired(long wantedBytes)
    {
        long time = long.MaxValue;
        long expired = 0;
        for (int i = 0; i < BinCount && (time == long.MaxValue || expired < wantedBytes); i++)
        {
            if (_bins[i] == 0)
                continue;
            expired += _bins[i];
            time = EndOf(i);
        }

        return time;
    }

    /// <summary>The bytes that have certainly expired at a time: those of bins that have ended.</summary>
    public readonly long ExpiredBytes(long nowMs)
    {
        long expired = 0;
        for (int i = 0; i < BinCount && EndOf(i) <= nowMs; i++)
            expired += _bins[i];
        return expired;
    }

    private readonly long EndOf(int bin) => _baseMs + ((bin + 1L) << _widthShift);

    private readonly long BinOf(long expiryMs) => Math.Max(0, expiryMs - _baseMs) >> _widthShift;

    private void Widen()
    {
        for (int i = 0; i < BinCount / 2; i++)
            _bins[i] = _bins[2 * i] + _bins[2 * i + 1];
        for (int i = BinCount / 2; i < BinCount; i++)
            _bins[i] = 0;
        _widthShift++;
    }

    [InlineArray(BinCount)]
    private struct Bins
    {
        private uint _first;
    }
}
