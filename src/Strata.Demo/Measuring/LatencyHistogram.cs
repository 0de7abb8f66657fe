using System.Numerics;

namespace Strata.Demo.Measuring;

/// <summary>
/// Counts durations in buckets that grow with the duration: 16 for each doubling, so a quantile is right within seven percent. For one
/// thread at a time; merged at the end.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(64 - StepBits) * Steps];

    /// <summary>Durations recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Records a duration of 0 or more ticks.</summary>
    public void Record(long ticks)
    {
        _counts[BucketOf((ulong)ticks)]++;
        Count++;
    }

    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>The smallest number of ticks that at least this share of all durations does not exceed; 0 when there are none.</summary>
    public long Quantile(double share)
    {
        long wanted = Math.Max(1, (long)Math.Ceiling(Count * share));
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (seen >= wanted)
                return LastOf(bucket);
        }

        return 0;
    }

    // Below two times Steps each number has its own bucket; above, the leading bits after the first choose the step.
    private static int BucketOf(ulong ticks)
    {
        int doublings = Math.Max(0, BitOperations.Log2(ticks | 1) - StepBits);
        return doublings * Steps + (int)(ticks >> doublings);
    }

    private static long LastOf(int bucket)
    {
        int doublings = Math.Max(0, bucket / Steps - 1);
        long first = (long)(bucket - doublings * Steps) << doublings;
        return first + (1L << doublings) - 1;
    }
}
