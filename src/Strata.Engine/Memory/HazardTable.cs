using System.Runtime.InteropServices;

namespace Strata.Engine.Memory;

/// <summary>
/// The hazard words of the process: a reader that must use memory for longer than a validated copy takes names the page here, and a
/// reclaimer leaves a named page alone (Michael, "Hazard pointers", 2004). One cache line of words for each thread slot.
/// </summary>
/// <remarks>
/// A word holds a page's address in units of 4 KiB and a sequence number of its own, so that releasing is one compare-and-swap on the whole word,
/// and releasing twice does nothing. Publishing is interlocked: it must be visible before the reader validates the version again, or a
/// reclaimer that cleared the slot in between would not see it. A word that is not zero is skipped, whoever set it: a thread that ended
/// may have left leases in the line that its successor gets.
/// </remarks>
internal static unsafe partial class HazardTable
{
    /// <summary>The words of a thread that a lease may take. The others are left to reads that soon end.</summary>
    public const int LeaseWordsPerThread = 6;

    public const int WordsPerThread = 8;

    /// <summary>All words there are.</summary>
    public const int WordCount = ThreadSlot.Count * WordsPerThread;

    private const int AddressUnitShift = 12;
    private const int SequenceShift = 36;
    private const ulong AddressMask = (1UL << SequenceShift) - 1;

    // Never freed: a hazard word outlives every store.
    private static readonly ulong* Words = (ulong*)Allocate(WordCount * sizeof(ulong));
    private static readonly HazardNote* Notes = (HazardNote*)Allocate(WordCount * sizeof(HazardNote));

    /// <summary>Names the page of an address with one of the first <paramref name="words"/> words of the thread. False when none is left: the caller then copies.</summary>
    public static bool TryPin(byte* page, int words, out HazardPin pin)
    {
        int slot = ThreadSlot.Current;
        // From the last word down, so that reads that soon end seldom take a word that a lease could have.
        for (int i = words - 1; i >= 0; i--)
        {
            int index = slot * WordsPerThread + i;
            if (Volatile.Read(ref Words[index]) != 0)
                continue;
            ref ulong sequence = ref Notes[index].Sequence;
            ulong next = slot != ThreadSlot.Shared ? ++sequence : Interlocked.Increment(ref sequence);
            ulong word = AddressIn(page) | next << SequenceShift;
            // Interlocked even for the owner: the last line is shared, and the exchange is the fence that publishing needs.
            if (Interlocked.CompareExchange(ref Words[index], word, 0) == 0)
            {
                pin = new HazardPin(Words + index, word);
                return true;
            }
        }

        pin = default;
        return false;
    }

    /// <summary>
    /// Releases a word of this table that still has a value. The thread whose line it is in needs no compare-and-swap: nobody else takes a word of that
    /// line, so what it finds unchanged can at most have been released meanwhile.
    /// </summary>
    public static void Release(ulong* word, ulong value)
    {
        int slot = ThreadSlot.Current;
        if (slot == ThreadSlot.Shared || (nuint)(word - (Words + slot * WordsPerThread)) >= WordsPerThread)
            Interlocked.CompareExchange(ref *word, 0, value);
        else if (*word == value)
            // A release store: nothing read under the pin can move behind it.
            Volatile.Write(ref *word, 0);
    }

    /// <summary>Whether a thread has named this page. Call after a full fence that follows the unlinking.</summary>
    public static bool IsPinned(byte* page)
    {
        ulong address = AddressIn(page);
        int words = WordsInUse;
        for (int i = 0; i < words; i++)
        {
            if ((Volatile.Read(ref Words[i]) & AddressMask) == address)
                return true;
        }

        return false;
    }

    /// <summary>The page that a word names.</summary>
    public static byte* PageOf(ulong word) => (byte*)((word & AddressMask) << AddressUnitShift);

    private static int WordsInUse => (ThreadSlot.Highest + 1) * WordsPerThread;

    private static ulong AddressIn(byte* page) => (ulong)page >> AddressUnitShift & AddressMask;

    private static void* Allocate(int bytes)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, WordsPerThread * sizeof(ulong));
        NativeMemory.Clear(memory, (nuint)bytes);
        return memory;
    }
}
