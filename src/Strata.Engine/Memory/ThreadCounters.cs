using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strata.Engine.Memory;

/// <summary>The counters of reads, one cache line for each thread slot, summed by whoever asks.</summary>
internal sealed unsafe class ThreadCounters
{
    private const int LineWords = 8;

    private readonly ulong[] _array = GC.AllocateArray<ulong>((ThreadSlot.Count + 1) * LineWords, pinned: true);
    private readonly ulong* _lines;

    public ThreadCounters()
    {
        // Valid while this object lives: the array is pinned. Lines begin at a cache line's boundary.
        nuint start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        _lines = (ulong*)((start + 63) & ~(nuint)63);
    }

    /// <summary>Bytes of memory the lines take.</summary>
    public static int LengthBytes => (ThreadSlot.Count + 1) * LineWords * sizeof(ulong);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Increment(ReadCounter counter)
    {
        int slot = ThreadSlot.Current;
        ref ulong word = ref _lines[slot * LineWords + (int)counter];
        // Only the owner writes an owned line, so a plain increment loses nothing; readers of the sum see it a little later.
        if (slot != ThreadSlot.Shared)
            word++;
        else
            Interlocked.Increment(ref word);
    }

    public long Sum(ReadCounter counter)
    {
        ulong sum = 0;
        for (int slot = 0; slot < ThreadSlot.Count; slot++)
            sum += Volatile.Read(ref _lines[slot * LineWords + (int)counter]);
        GC.KeepAlive(_array);
        return (long)sum;
    }
}
