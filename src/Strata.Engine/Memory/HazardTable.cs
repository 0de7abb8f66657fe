using System.Runtime.InteropServices;

namespace Strata.Engine.Memory;

/// <summary>
/// The hazard words of the process: a reader that must use memory for longer than a validated copy takes names the page here, and a
/// reclaimer leaves a named page alone (Michael, "Hazard pointers", 2004). One cache line of words for each thread slot.
/// </summary>
/// <remarks>
/// A word holds a page's address in units of 4 KiB and a sequence number, so that releasing is one compare-and-swap on the whole word,
/// and releasing twice does nothing. Publishing is interlocked: it must be visible before the reader validates the version again, or a
/// reclaimer that cleared the slot in between would not see it.
/// </remarks>
internal static unsafe class HazardTable
{
    private const int WordsPerThread = 8;
    private const int AddressUnitShift = 12;
    private const int SequenceShift = 36;
    private const ulong AddressMask = (1UL << SequenceShift) - 1;

    // Never freed: a hazard word outlives every store.
    private static readonly ulong* Words = Allocate();

    private static long s_sequence;

    /// <summary>Names the page of an address. False when this thread has no word left: the caller then copies under the lock.</summary>
    public static bool TryPin(byte* page, out HazardPin pin)
    {
        ulong word = (ulong)page >> AddressUnitShift & AddressMask | (ulong)Interlocked.Increment(ref s_sequence) << SequenceShift;
        ulong* line = Words + ThreadSlot.Current * WordsPerThread;
        for (int i = 0; i < WordsPerThread; i++)
        {
            // Interlocked even for the owner: the last line is shared, and the exchange is the fence that publishing needs.
            if (Volatile.Read(ref line[i]) == 0 && Interlocked.CompareExchange(ref line[i], word, 0) == 0)
            {
                pin = new HazardPin(line + i, word);
                return true;
            }
        }

        pin = default;
        return false;
    }

    /// <summary>Whether a thread has named this page. Call after a full fence that follows the unlinking.</summary>
    public static bool IsPinned(byte* page)
    {
        ulong address = (ulong)page >> AddressUnitShift & AddressMask;
        int lines = ThreadSlot.Highest + 1;
        for (int i = 0; i < lines * WordsPerThread; i++)
        {
            if ((Volatile.Read(ref Words[i]) & AddressMask) == address)
                return true;
        }

        return false;
    }

    private static ulong* Allocate()
    {
        const int Bytes = ThreadSlot.Count * WordsPerThread * sizeof(ulong);
        void* words = NativeMemory.AlignedAlloc(Bytes, WordsPerThread * sizeof(ulong));
        NativeMemory.Clear(words, Bytes);
        return (ulong*)words;
    }
}
