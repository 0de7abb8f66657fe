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
/// </remarks>
internal readonly unsafe struct ThreadCounters
{
    private const int LineWords = 8;
    private const int OwnerWord = LineWords - 1;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Increment(ReadCounter counter) => Add(counter, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReadCounter counter, uint count)
    {
        byte local;
        ulong page = (ulong)&local >> PageShift;
        ulong* line = LineOf(page);
        if (line[OwnerWord] == page)
            line[(int)counter] += count;
        else
            AddElsewhere(counter, count, page);
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddElsewhere(ReadCounter counter, uint count, ulong page)
    {
        // A line without an owner is this page's from the next time on.
        Interlocked.CompareExchange(ref LineOf(page)[OwnerWord], page, 0);
        int slot = ThreadSlot.Current;
        ref ulong word = ref _lines[(PageLines + slot) * LineWords + (int)counter];
        if (slot != ThreadSlot.Shared)
            word += count;
        else
            Interlocked.Add(ref word, count);
    }
}
