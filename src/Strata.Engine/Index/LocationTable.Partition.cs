using System.Buffers;
using System.Runtime.CompilerServices;

namespace Strata.Engine.Index;

/// <content>
/// One partition: words in the order of their fingerprints. A word stands at its home, which is its fingerprint's share of the slots, or behind it with no free slot in between; what is displaced at the
/// end finds room in the tail, which is no word's home.
/// </content>
public sealed unsafe partial class LocationTable
{
    private const int TailSlots = 8;
    private const int GrowthParts = 16;

    private ref ulong WordAt(ref Partition table, int slot) =>
        // In bounds: a slot is below SlotCount, for which the partition has pages, and the caller holds its lock, without which none is freed.
        ref _pages.At(table.Pages![slot / LocationPages.SlotsPerPage])[slot % LocationPages.SlotsPerPage];

    // A fingerprint has up to 63 bits where there are few payload bits, so the product takes 128.
    private int HomeOf(ref Partition table, ulong fingerprint) => (int)Math.BigMul(fingerprint << (64 - _fingerprintBits), (ulong)(table.SlotCount - TailSlots), out _);

    /// <summary>Finds a fingerprint, or the slot at which it would be inserted, which may be one behind the last.</summary>
    private bool Find(ref Partition table, ulong fingerprint, out int position)
    {
        position = 0;
        if (table.SlotCount == 0)
            return false;
        int slot = HomeOf(ref table, fingerprint);
        int[] pages = table.Pages!;
        for (int page = slot / LocationPages.SlotsPerPage; page < pages.Length; page++)
        {
            ulong* words = _pages.At(pages[page]);
            for (int i = slot % LocationPages.SlotsPerPage; i < LocationPages.SlotsPerPage; i++, slot++)
            {
                // In bounds: the page has so many words, and is the partition's, whose lock the caller holds.
                ulong found = words[i] >> _payloadBits;
                if (words[i] != 0 && found < fingerprint)
                    continue;
                position = slot;
                return words[i] != 0 && found == fingerprint;
            }
        }

        position = slot;
        return false;
    }

    private ulong PutUnderLock(ref Partition table, ulong fingerprint, ulong payload)
    {
        ulong word = (fingerprint << _payloadBits) | payload;
        if (Find(ref table, fingerprint, out int position))
        {
            ref ulong there = ref WordAt(ref table, position);
            ulong former = there & _payloadMask;
            there = word;
            return former;
        }

        while (IsFull(ref table) || !TryInsert(ref table, position, word))
        {
            Grow(ref table);
            Find(ref table, fingerprint, out position);
        }

        table.Count++;
        return 0;
    }

    private static bool IsFull(ref Partition table) => table.Count >= Room(table.SlotCount);

    /// <summary>The entries that so many slots take: a tenth of the homes stays free, of which a small partition, whose words are few lines anyway, spares sixteen.</summary>
    private static int Room(int slots)
    {
        int homes = slots - TailSlots;
        return homes - Math.Max(homes / 32, homes / 10 - 16);
    }

    /// <summary>Moves what stands at the slot and behind it by one, up to the next free slot. False when there is none.</summary>
    private bool TryInsert(ref Partition table, int position, ulong word)
    {
        int free = position;
        while (free < table.SlotCount && WordAt(ref table, free) != 0)
            free++;
        if (free >= table.SlotCount)
            return false;
        for (; free > position; free--)
            WordAt(ref table, free) = WordAt(ref table, free - 1);
        WordAt(ref table, position) = word;
        return true;
    }

    private void RemoveUnderLock(ref Partition table, int position)
    {
        // What was displaced past the slot moves back by one.
        int next = position + 1;
        for (; next < table.SlotCount; next++)
        {
            ulong word = WordAt(ref table, next);
            if (word == 0 || HomeOf(ref table, word >> _payloadBits) == next)
                break;
            WordAt(ref table, next - 1) = word;
        }

        WordAt(ref table, next - 1) = 0;
        table.Count--;
        // With a third less than it could hold it gives a step back.
        int pages = table.Pages!.Length, fewer = pages - Step(pages);
        if (fewer > 0 && 3L * (table.Count + 1) < 2L * Room(fewer * LocationPages.SlotsPerPage))
            Resize(ref table, fewer);
    }

    private void Grow(ref Partition table)
    {
        int pages = table.Pages?.Length ?? 0;
        Resize(ref table, pages + Step(pages));
    }

    private static int Step(int pages) => Math.Max(1, pages / GrowthParts);

    private void Resize(ref Partition table, int pages)
    {
        ulong[] words = ArrayPool<ulong>.Shared.Rent(Math.Max(1, table.Count));
        int count = 0;
        for (int slot = 0; slot < table.SlotCount; slot++)
        {
            if (WordAt(ref table, slot) is not 0 and ulong word)
                words[count++] = word;
        }

        ResizeUnderLock(ref table, words.AsSpan(0, count), pages);
        ArrayPool<ulong>.Shared.Return(words);
    }

    /// <summary>Gives a partition so many pages, or as many more as they need, and places the words, which are in order.</summary>
    private void ResizeUnderLock(ref Partition table, ReadOnlySpan<ulong> words, int pages)
    {
        do
        {
            SetPages(ref table, pages);
            pages += Step(pages);
        }
        while (!TryPlace(ref table, words));
    }

    private bool TryPlace(ref Partition table, ReadOnlySpan<ulong> words)
    {
        for (int page = 0; page < (table.Pages?.Length ?? 0); page++)
            _pages.Clear(table.Pages![page]);
        int next = 0;
        table.Count = 0;
        foreach (ulong word in words)
        {
            int slot = Math.Max(next, HomeOf(ref table, word >> _payloadBits));
            if (slot >= table.SlotCount)
                return false;
            WordAt(ref table, slot) = word;
            next = slot + 1;
            table.Count++;
        }

        return true;
    }

    private void SetPages(ref Partition table, int pages)
    {
        int[] former = table.Pages ?? [];
        if (former.Length == pages)
            return;
        int[] wanted = new int[pages];
        former.AsSpan(0, Math.Min(pages, former.Length)).CopyTo(wanted);
        int got = Math.Min(pages, former.Length);
        try
        {
            for (; got < pages; got++)
                wanted[got] = _pages.Take();
        }
        catch (OutOfMemoryException)
        {
            for (int i = former.Length; i < got; i++)
                _pages.Return(wanted[i]);
            throw;
        }

        for (int i = pages; i < former.Length; i++)
            _pages.Return(former[i]);
        table.Pages = pages == 0 ? null : wanted;
    }

    private struct Partition
    {
        // This struct, and the header of the list of pages.
        public static readonly int OverheadBytes = Unsafe.SizeOf<Partition>() + 24;

        public int[]? Pages;
        public int Count;

        public readonly int SlotCount => Pages is null ? 0 : Pages.Length * LocationPages.SlotsPerPage;
    }
}
