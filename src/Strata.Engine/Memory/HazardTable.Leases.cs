namespace Strata.Engine.Memory;

/// <content>What leases hold: for the bound on it, for the gauge, and for the end of a region.</content>
internal static unsafe partial class HazardTable
{
    /// <summary>The number of a word, from 0 to <see cref="WordCount"/>.</summary>
    public static int IndexOf(HazardPin pin) => (int)(pin.Word - Words);

    /// <summary>How often the word of a pin has been taken.</summary>
    public static ulong SequenceOf(HazardPin pin) => Volatile.Read(ref Notes[IndexOf(pin)].Sequence);

    /// <summary>The most words that leases can hold now.</summary>
    public static int LeaseWordLimit => (ThreadSlot.Highest + 1) * LeaseWordsPerThread;

    /// <summary>Says that a pin is a lease's. Done by the thread that has just taken it.</summary>
    public static void Note(HazardPin pin, long startMs, int pages)
    {
        HazardNote* note = Notes + IndexOf(pin);
        note->StartMs = startMs;
        note->Pages = pages;
        // Last: who sees it sees the two above, or else a word that has been taken again since.
        Volatile.Write(ref note->Word, pin.Value);
    }

    /// <summary>What is pinned in a range of addresses at the moment.</summary>
    public static LeaseGauge Measure(byte* start, byte* end)
    {
        // Addresses with the pages behind each, so that a page that is pinned twice counts once.
        Span<ulong> pinned = stackalloc ulong[WordCount];
        int count = 0, leases = 0;
        long oldestMs = HazardNote.PartOfLease;
        int words = WordsInUse;
        for (int i = 0; i < words; i++)
        {
            // Few lines hold anything at a moment.
            if (i % WordsPerThread == 0 && IsLineEmpty(i))
            {
                i += WordsPerThread - 1;
                continue;
            }

            ulong word = Volatile.Read(ref Words[i]);
            if (word == 0 || PageOf(word) < start || PageOf(word) >= end)
                continue;
            bool isLease = TryReadNote(i, word, out long startMs, out long pages);
            pinned[count++] = (word & AddressMask) << (64 - SequenceShift) | (isLease ? (ulong)pages : 1);
            if (!isLease || startMs == HazardNote.PartOfLease)
                continue;
            leases++;
            oldestMs = Math.Min(oldestMs, startMs);
        }

        return new LeaseGauge(leases, CountPages(pinned[..count]), oldestMs);
    }

    /// <summary>
    /// Collects the pages that are pinned in a range of addresses. Call after a full fence that follows the change which makes later pins void.
    /// </summary>
    public static void CollectPinned(byte* start, byte* end, List<nuint> pages)
    {
        int words = WordsInUse;
        for (int i = 0; i < words; i++)
        {
            byte* page = PageOf(Volatile.Read(ref Words[i]));
            if (page >= start && page < end)
                pages.Add((nuint)page);
        }
    }

    /// <summary>Frees the words of leases that were never disposed. The caller knows that no lease of this range is left to be disposed.</summary>
    public static void Forget(byte* start, byte* end)
    {
        int words = WordsInUse;
        for (int i = 0; i < words; i++)
        {
            ulong word = Volatile.Read(ref Words[i]);
            if (PageOf(word) >= start && PageOf(word) < end)
                Interlocked.CompareExchange(ref Words[i], 0, word);
        }
    }

    // What is noted of a word, if it is of this very use of it: the word is looked at once more after the note was read.
    private static bool TryReadNote(int index, ulong word, out long startMs, out long pages)
    {
        HazardNote* note = Notes + index;
        bool isOfWord = Volatile.Read(ref note->Word) == word;
        startMs = note->StartMs;
        pages = note->Pages;
        Volatile.ReadBarrier();
        return isOfWord && Volatile.Read(ref Words[index]) == word;
    }

    private static bool IsLineEmpty(int first)
    {
        ulong any = 0;
        for (int i = 0; i < WordsPerThread; i++)
            any |= Volatile.Read(ref Words[first + i]);
        return any == 0;
    }

    private static long CountPages(Span<ulong> pinned)
    {
        pinned.Sort();
        const ulong PagesMask = (1UL << (64 - SequenceShift)) - 1;
        ulong sum = 0;
        for (int i = 0; i < pinned.Length; i++)
        {
            // Of several pins of a page the last knows of the most pages.
            if (i + 1 == pinned.Length || (pinned[i] ^ pinned[i + 1]) > PagesMask)
                sum += pinned[i] & PagesMask;
        }

        return (long)sum;
    }
}
