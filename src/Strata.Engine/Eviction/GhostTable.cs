using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Strata.Engine.Memory;

namespace Strata.Engine.Eviction;

/// <summary>
/// The memory of keys that were dropped from probation: a table of 16-bit fingerprints with 16-bit stamps, sixteen to a cache line. A
/// stamp is the time of the drop on a clock of dropped bytes, so a key is remembered until as many bytes as the window holds were dropped
/// after it: a first-in-first-out ghost sized in bytes, at four bytes a key. Used under the stripe's lock.
/// </summary>
/// <remarks>
/// A lookup that should fail succeeds in one of 4096 cases (16 fingerprints of 16 bits), whatever the lanes hold; it costs a new key a place in the
/// main ring. So nothing is cleaned when the table grows or is cleared: what it held is as good as noise. A lane of zeros is empty.
/// </remarks>
internal sealed unsafe class GhostTable(PagePool pool, PageTable pages)
{
    private const int LaneCount = 16;
    private const int LineBytes = LaneCount * sizeof(uint);
    private const int WindowTicks = 1 << 14;
    private const int StampShift = 16;
    private const int FingerprintShift = 48;

    /// <summary>Odd, so that a key has its first fingerprint again only after 65,536 clears.</summary>
    private const uint SaltStep = 0x9E37;

    private PageTable _pages = pages;
    private readonly int _pageLineShift = System.Numerics.BitOperations.Log2((uint)(pool.PageBytes / LineBytes));
    private uint _lineCount;
    private uint _salt;
    private long _clockBytes;
    private long _tickBytes = 1;

    /// <summary>The keys it has room for; 0 before it was given memory.</summary>
    public long CapacityKeys => (long)_lineCount * LaneCount;

    public int PageCount { get; private set; }

    /// <summary>The pages to give it for so many keys: at least one, and no more than there is room for.</summary>
    public int PagesFor(long keys) => (int)Math.Clamp((keys * sizeof(uint) + pool.PageBytes - 1) / pool.PageBytes, 1, _pages.Limit);

    /// <summary>Whether more pages would let it remember so many keys, or more of them.</summary>
    public bool IsTooSmallFor(long keys) => CapacityKeys < Math.Min(keys, (long)_pages.Limit * pool.PageBytes / sizeof(uint));

    /// <summary>Gives it a page, which is emptied here and used from the next <see cref="Restart"/> on.</summary>
    public void AddPage(int page)
    {
        byte* start = pool.AddressOf(page);
        Unsafe.InitBlockUnaligned(start, 0, (uint)pool.PageBytes);
        _pages[PageCount++] = start;
    }

    /// <summary>Takes its last page, and starts anew in the others.</summary>
    public int RemovePage(long windowBytes)
    {
        PageCount--;
        Restart(windowBytes);
        return pool.PageOf(_pages[PageCount]);
    }

    /// <summary>Forgets everything and starts anew in all its pages, remembering as many dropped bytes as the window says. Costs the same whatever their number.</summary>
    public void Restart(long windowBytes)
    {
        _lineCount = (uint)PageCount << _pageLineShift;
        SetWindow(windowBytes);
        Clear();
    }

    /// <summary>From now on a key is remembered for so many dropped bytes. What it remembers keeps its share of the window.</summary>
    public void SetWindow(long windowBytes)
    {
        uint stamp = Stamp;
        _tickBytes = Math.Max(1, windowBytes / WindowTicks);
        _clockBytes = stamp * _tickBytes;
    }

    /// <summary>Forgets every key and keeps the memory: from now on every key has another fingerprint.</summary>
    public void Clear() => _salt = (_salt + SaltStep) & 0xFFFF;

    /// <summary>Starts loading the line of a key.</summary>
    public void Prefetch(ulong hash)
    {
        if (_lineCount != 0 && Sse.IsSupported)
            Sse.Prefetch0(LineOf(hash));
    }

    /// <summary>Remembers a key whose record of so many bytes was dropped.</summary>
    public void Remember(ulong hash, int recordBytes)
    {
        _clockBytes += recordBytes;
        if (_lineCount == 0)
            return;
        uint* line = LineOf(hash);
        uint now = Stamp;
        int oldest = 0;
        uint oldestAge = 0;
        for (int i = 0; i < LaneCount; i++)
        {
            uint age = line[i] == 0 ? uint.MaxValue : (now - (line[i] >> StampShift)) & 0xFFFF;
            if (age > oldestAge)
                (oldest, oldestAge) = (i, age);
        }

        line[oldest] = FingerprintOf(hash) | (now << StampShift);
    }

    /// <summary>Whether the key is remembered; if it is, it is forgotten.</summary>
    public bool Take(ulong hash)
    {
        if (_lineCount == 0)
            return false;
        uint* line = LineOf(hash);
        Vector512<uint> lanes = Vector512.Load(line) & Vector512.Create(0xFFFFu);
        ulong candidates = Vector512.Equals(lanes, Vector512.Create(FingerprintOf(hash))).ExtractMostSignificantBits();
        for (; candidates != 0; candidates &= candidates - 1)
        {
            int lane = System.Numerics.BitOperations.TrailingZeroCount(candidates);
            if (line[lane] == 0 || ((Stamp - (line[lane] >> StampShift)) & 0xFFFF) >= WindowTicks)
                continue;
            line[lane] = 0;
            return true;
        }

        return false;
    }

    private uint Stamp => (uint)(_clockBytes / _tickBytes) & 0xFFFF;

    private uint FingerprintOf(ulong hash) => (uint)(hash >> FingerprintShift) ^ _salt;

    private uint* LineOf(ulong hash)
    {
        uint line = (uint)(((hash & uint.MaxValue) * _lineCount) >> 32);
        return (uint*)(_pages[(int)(line >> _pageLineShift)] + (line & ((1u << _pageLineShift) - 1)) * LineBytes);
    }
}
