using Strata.Engine.Layout;

namespace Strata.Engine.Eviction;

/// <summary>
/// One way to run the two rings: S3-FIFO with its numbers left open. How large probation is, how many hits there lead into main, and whether
/// keys that the ghost remembers go straight to main.
/// </summary>
/// <param name="ProbationPercent">The share of the bytes that the probation ring keeps.</param>
/// <param name="HitsForPromotion">The hits on probation, for an entry of mean size, that lead into main.</param>
/// <param name="UsesGhost">Whether a remembered key goes to main. Without it main changes slowly: what a loop longer than the cache needs.</param>
/// <param name="HandicapPercent">The share of its hits that the mode is denied when modes are compared.</param>
internal readonly record struct RingMode(int ProbationPercent, int HitsForPromotion, bool UsesGhost, int HandicapPercent) : IEvictionPolicy
{
    // Until the first eviction a full probation ring overflows into main: the first pass through the capacity keeps its order.
    public bool BeginsInMain(bool ghostRemembers, in RingBytes bytes) =>
        (ghostRemembers && UsesGhost) || (!bytes.HasEvicted && bytes.Probation * 100 >= bytes.Share * ProbationPercent);

    public bool EvictsProbation(in RingBytes bytes) =>
        bytes.Main == 0 || bytes.Probation * 100 > (bytes.Probation + bytes.Main) * ProbationPercent;

    public Verdict OnProbation(int frequency, int weight) =>
        frequency >= HitsForPromotion * weight ? Verdict.KeepInMain(0) : Verdict.Drop;

    public Verdict OnMain(int frequency, int weight) =>
        frequency >= weight ? Verdict.KeepInMain(Math.Min(frequency, IndexSlot.MaxFrequency) - Math.Min(weight, IndexSlot.MaxFrequency)) : Verdict.Drop;
}
