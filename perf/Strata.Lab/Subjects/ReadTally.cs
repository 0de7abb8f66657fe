namespace Strata.Lab.Subjects;

/// <summary>What a window of reads delivered: the same for every subject that holds every key.</summary>
internal readonly record struct ReadTally(long Hits, ulong Checksum)
{
    public static ReadTally operator +(ReadTally left, ReadTally right) => new(left.Hits + right.Hits, left.Checksum + right.Checksum);
}
