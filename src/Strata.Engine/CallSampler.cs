using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strata.Engine;

/// <summary>
/// Picks about one call in <see cref="Mean"/> on each thread, for what is too dear to do at every call. The distances are drawn, so that no pattern in a program's calls hides from the picks. Another call costs some ten
/// instructions, and no memory that other threads write.
/// </summary>
/// <remarks>
/// Each page of a stack counts down in a cache line of its own. Two threads never have the same page of stack at once, and a thread that gets the stack of one that ended begins after it: so a line that shows the
/// caller's page is written by nobody else. Calls from pages that found no line count down in a variable of their thread, which costs more, and for all samplers together.
/// </remarks>
public sealed unsafe class CallSampler
{
    private const int LineWords = 8;
    private const int OwnerWord = 0;
    private const int LeftWord = 1;
    private const int LineBits = 6;

    /// <summary>The smallest page of any system: a larger one is a whole number of these.</summary>
    private const int PageShift = 12;

    [ThreadStatic]
    private static long t_left;

    private readonly ulong[] _array;
    private readonly ulong* _lines;

    /// <summary>Makes a sampler.</summary>
    /// <param name="mean">The mean distance from a pick to the next, in calls: at least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The distance is less.</exception>
    public CallSampler(int mean)
    {
        if (mean < 2)
            throw new ArgumentOutOfRangeException(nameof(mean), mean, $"{nameof(mean)} is {mean}; it must be at least 2 calls.");
        Mean = mean;
        _array = GC.AllocateArray<ulong>(((1 << LineBits) + 1) * LineWords, pinned: true);
        // Valid while the array is referenced: it is pinned. Lines begin at a cache line's boundary.
        nuint start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
        _lines = (ulong*)((start + 63) & ~(nuint)63);
    }

    /// <summary>The mean distance from a pick to the next, in calls. Single distances are half of it to three halves.</summary>
    public int Mean { get; }

    /// <summary>Whether this call is picked. The first of a thread mostly is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Picks()
    {
        byte local;
        ulong page = (ulong)&local >> PageShift;
        ulong* line = _lines + ((page * 0x9E37_79B9_7F4A_7C15) >> (64 - LineBits)) * LineWords;
        if (line[OwnerWord] != page)
            return PicksElsewhere(line, page);
        return --*(long*)(line + LeftWord) < 0 && Draw(ref *(long*)(line + LeftWord));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool PicksElsewhere(ulong* line, ulong page)
    {
        // A line without an owner is this page's from the next time on.
        Interlocked.CompareExchange(ref line[OwnerWord], page, 0);
        GC.KeepAlive(_array);
        return --t_left < 0 && Draw(ref t_left);
    }

    // The call that is picked is one of the distance.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Draw(ref long left)
    {
        left = (Mean / 2) + Random.Shared.Next(Mean + 1) - 1;
        return true;
    }
}
