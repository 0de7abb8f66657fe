using Strata.Engine.Layout;

namespace Strata.Engine.Eviction;

/// <summary>
/// S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023): new keys pass a small probation
/// ring and enter the main ring only if they were hit twice there; the main ring is a clock with two-bit counters; keys that are
/// remembered by the ghost go straight to main. All records weigh the same.
/// </summary>
internal readonly struct S3FifoPolicy : IEvictionPolicy
{
    private const int ProbationPercent = 10;
    private const int HitsForPromotion = 2;

    // Until the first eviction a full probation ring overflows into main: the first pass through the capacity keeps its order.
    public bool BeginsInMain(bool ghostRemembers, in RingBytes bytes) =>
        ghostRemembers || (!bytes.HasEvicted && bytes.Probation * 100 >= bytes.Share * ProbationPercent);

    public bool EvictsProbation(in RingBytes bytes) =>
        bytes.Main == 0 || bytes.Probation * 100 > (bytes.Probation + bytes.Main) * ProbationPercent;

    public Verdict OnProbation(int frequency, int weight = 1) =>
        frequency >= HitsForPromotion ? Verdict.KeepInMain(0) : Verdict.Drop;

    public Verdict OnMain(int frequency, int weight = 1) =>
        frequency > 0 ? Verdict.KeepInMain(Math.Min(frequency, IndexSlot.MaxFrequency) - 1) : Verdict.Drop;
}
