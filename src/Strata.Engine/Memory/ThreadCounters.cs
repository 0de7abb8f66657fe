using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strata.Engine.Memory;

/// <summary>
/// The counters of reads: cache lines that one thread each writes, summed by whoever asks. A line belongs to a page of a stack, hence to the
/// thread whose stack that is: the owner is known by the address of a local variable, which costs a few instructions, where asking the runtime
/// for the thread costs as much as the rest of a short read. Threads whose page found no line count in the line of their <see cref="ThreadSlot"/>.
/// </summary>
/// <remarks>
/// Two threads never have the same page of stack at once, and a thread that gets the stack of one that ended begins after it. So a line that shows
/// the caller's page is written by nobody else, and a plain increment loses nothing. A line stays with its page for the life of the counters.
/// Samples cost the other reads nothing: <see cref="MarkLines"/> marks the owner's word of each line, so that its owner takes itself for somebody else, and the next
/// <see cref="BurstCount"/> reads take the way of those who have no line. The mark is set by a compare-and-swap on a word without one, and taken off by the owner alone; a
/// marked line is still nobody else's.
/// </remarks>
internal readonly unsafe struct ThreadCounters
{
    private const int LineWords = 8;
    private const int OwnerWord = LineWords - 1;
    private const int WeightWord = OwnerWord - 1;
    private const int ReadsWord = OwnerWord - 2;

    /// <summary>The reads that one mark samples.</summary>
    internal const int BurstCount = 64;

    /// <summary>Above every page of an address space: how many reads the mark is still for.</summary>
    private const int MarkShift = 64 - PageShift;

    private const ulong PageMask = (1UL << MarkShift) - 1;

    /// <summary>The smallest page of any system: a larger one is a whole number of these.</summary>
    private const int PageShift = 12;

    private const int PageLineBits = 6;
    private const int PageLines = 1 << PageLineBits;

    private readonly ulong[] _array;
    private readonly ulong* _lines;

    public ThreadCounters()
    {
        _array = GC.AllocateArray<ulong>(LengthBytes / sizeof(ulong), pinned: true);
        // Valid while the array is referenced: it is pinned. Lines begin at a cache line's boundary.
        nuint start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        _lines = (ulong*)((start + 63) & ~(nuint)63);
    }

    /// <summary>Bytes of memory the lines take.</summary>
    public static int LengthBytes => (PageLines + ThreadSlot.Count + 1) * LineWords * sizeof(ulong);

    /// <summary>Counts in the line of the caller's page, unless it is marked or somebody else's: then the count is left to <see cref="AddElsewhere"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdd(ReadCounter counter, uint count, out ulong page)
    {
        byte local;
        page = (ulong)&local >> PageShift;
        ulong* line = LineOf(page);
        if (line[OwnerWord] != page)
            return false;
        line[(int)counter] += count;
        return true;
    }

    /// <summary>Counts one. The answer is that of <see cref="AddElsewhere"/>, 0 where it was not asked.</summary>
    public ulong Increment(ReadCounter counter) => TryAdd(counter, 1, out ulong page) ? 0 : AddElsewhere(counter, 1, page);

    /// <summary>Makes samples of the next few reads of every thread.</summary>
    public void MarkLines()
    {
        for (int i = 0; i < PageLines + ThreadSlot.Shared; i++)
        {
            ref ulong owner = ref _lines[i * LineWords + OwnerWord];
            ulong seen = Volatile.Read(ref owner);
            // A page's line that nobody owns is taken by a compare-and-swap with zero.
            if ((seen & ~PageMask) == 0 && (seen != 0 || i >= PageLines))
                Interlocked.CompareExchange(ref owner, seen | ((ulong)BurstCount << MarkShift), seen);
        }

        GC.KeepAlive(_array);
    }

    public long Sum(ReadCounter counter)
    {
        ulong sum = 0;
        for (int line = 0; line < PageLines + ThreadSlot.Count; line++)
            sum += Volatile.Read(ref _lines[line * LineWords + (int)counter]);
        GC.KeepAlive(_array);
        return (long)sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* LineOf(ulong page) => _lines + ((page * 0x9E37_79B9_7F4A_7C15) >> (64 - PageLineBits)) * LineWords;

    /// <summary>Counts what <see cref="TryAdd"/> could not. The answer is nearly always 0; otherwise these hits are samples, and each stands for so many.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ulong AddElsewhere(ReadCounter counter, uint count, ulong page)
    {
        ulong* line = LineOf(page);
        if ((line[OwnerWord] & PageMask) != page)
        {
            // A line without an owner is this page's from the next time on.
            Interlocked.CompareExchange(ref line[OwnerWord], page, 0);
            int slot = ThreadSlot.Current;
            line = _lines + (PageLines + slot) * LineWords;
            if (slot == ThreadSlot.Shared)
            {
                Interlocked.Add(ref line[(int)counter], count);
                return 0;
            }
        }

        line[(int)counter] += count;
        if (line[OwnerWord] <= PageMask)
            return 0;
        ulong weight = WeighSample(line, count);
        return counter == ReadCounter.Hit ? weight : 0;
    }

    // The samples of one mark stand together for all reads since the first of the last one.
    private static ulong WeighSample(ulong* line, uint count)
    {
        ulong left = line[OwnerWord] >> MarkShift;
        if (left == BurstCount)
        {
            ulong reads = line[(int)ReadCounter.Hit] + line[(int)ReadCounter.Miss];
            line[WeightWord] = Math.Max(1, (reads - line[ReadsWord]) / BurstCount);
            line[ReadsWord] = reads;
        }

        left -= Math.Min(left, count);
        Volatile.Write(ref line[OwnerWord], (line[OwnerWord] & PageMask) | (left << MarkShift));
        return line[WeightWord];
    }
}
