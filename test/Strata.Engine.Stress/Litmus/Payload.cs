namespace Strata.Engine.Stress.Litmus;

/// <summary>
/// A page that describes itself: word 0 is the key, word 1 the sequence of the write, and every further word follows from the two and its
/// place. A word of another write cannot pass for one of this.
/// </summary>
internal static unsafe class Payload
{
    public const int Words = 64;

    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;

    public static void Write(ulong* page, ulong key, ulong sequence)
    {
        page[0] = key;
        page[1] = sequence;
        for (int i = 2; i < Words; i++)
            page[i] = WordAt(key, sequence, i);
    }

    public static bool IsWhole(ReadOnlySpan<ulong> page, ulong key)
    {
        if (page[0] != key)
            return false;
        for (int i = 2; i < Words; i++)
        {
            if (page[i] != WordAt(key, page[1], i))
                return false;
        }

        return true;
    }

    private static ulong WordAt(ulong key, ulong sequence, int index) => (key * Odd + sequence) * Odd + (ulong)index * Odd;
}
