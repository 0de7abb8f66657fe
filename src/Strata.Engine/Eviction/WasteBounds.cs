namespace Strata.Engine.Eviction;

/// <summary>
/// How much of a stripe's slabs may be dead or expired before live records are copied out of the worst slab, and how bad that one must be. The grade
/// bounds the price: a slab of grade g costs at most 32/g − 1 bytes for each gained.
/// </summary>
/// <param name="WastePerMille">The part that may be anything but live: dead, expired, not yet written, or too short for the record that came next.</param>
/// <param name="WasteGrade">From this grade on a slab is reclaimed when it is more.</param>
/// <param name="ExpiredPerMille">The part that may be expired.</param>
/// <param name="ExpiredGrade">From this grade on a slab is reclaimed when it is more.</param>
/// <param name="CheapPerMille">The part that may be expired while there is a slab of <see cref="CheapGrade"/> that stays.</param>
/// <param name="SparedSlabs">So many slabs' bytes are not counted as waste: where there are few slabs, the open ones alone would always be too much.</param>
internal readonly record struct WasteBounds(int WastePerMille, int WasteGrade, int ExpiredPerMille, int ExpiredGrade, int CheapPerMille, int SparedSlabs)
{
    /// <summary>A slab of this grade is cheap to reclaim, yet none that will be gone by itself soon.</summary>
    public const int CheapGrade = WasteList.TopGrade / 4;

    /// <summary>The least grade at which a slab is to be reclaimed; more than any slab has if none is.</summary>
    public int LeastGrade(long wasteBytes, long expiredBytes, long slabBytes)
    {
        if (expiredBytes * 1000 > slabBytes * ExpiredPerMille)
            return ExpiredGrade;
        if (wasteBytes * 1000 > slabBytes * WastePerMille)
            return WasteGrade;
        return expiredBytes * 1000 > slabBytes * CheapPerMille ? CheapGrade : int.MaxValue;
    }
}
