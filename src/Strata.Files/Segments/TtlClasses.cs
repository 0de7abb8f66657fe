namespace Strata.Files.Segments;

/// <summary>Entries that end at about the same time share a segment, where there are segments enough.</summary>
internal static class TtlClasses
{
    private const long MinuteMs = 60_000;
    private const int SegmentsForTwo = 16;
    private const int SegmentsForFour = 64;

    public static int CountFor(int segments, bool isWanted) => !isWanted ? 1 : segments >= SegmentsForFour ? 4 : segments >= SegmentsForTwo ? 2 : 1;

    public static int Of(long ttlMs, int count)
    {
        if (count == 1 || ttlMs == 0 || ttlMs > 24 * 60 * MinuteMs)
            return 0;
        if (count == 2)
            return ttlMs <= 60 * MinuteMs ? 1 : 0;
        return ttlMs > 60 * MinuteMs ? 1 : ttlMs > 5 * MinuteMs ? 2 : 3;
    }
}
