namespace Strata.Lab.Subjects.Typed;

/// <summary>A struct of 64 bytes without references.</summary>
internal readonly record struct Quote(long Id, long Bid, long Ask, long Last, long Open, long High, long Low, long Volume)
{
    public static Quote Of(int index) => new(index, index + 1, index + 2, index + 3, index + 4, index + 5, index + 6, index + 7);

    /// <summary>What a reader reads: all of it.</summary>
    public ulong Sum => (ulong)(Id + Bid + Ask + Last + Open + High + Low + Volume);
}
