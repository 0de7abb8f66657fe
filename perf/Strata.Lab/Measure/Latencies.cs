using System.Diagnostics;

namespace Strata.Lab.Measure;

/// <summary>Times of single operations, counted by the nanosecond up to 131 microseconds; of longer ones only the longest is known.</summary>
internal sealed class Latencies
{
    private const int ExactNanoseconds = 1 << 17;

    private readonly long[] _counts = new long[ExactNanoseconds + 1];
    private long _worstTicks;

    public long Count { get; private set; }

    public double WorstNanoseconds => Nanoseconds(_worstTicks);

    /// <param name="ticks">The difference of two timestamps of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks)
    {
        _counts[(int)Math.Min(ExactNanoseconds, (long)Nanoseconds(ticks))]++;
        _worstTicks = Math.Max(_worstTicks, ticks);
        Count++;
    }

    public void Add(Latencies other)
    {
        for (int nanoseconds = 0; nanoseconds < _counts.Length; nanoseconds++)
            _counts[nanoseconds] += other._counts[nanoseconds];
        _worstTicks = Math.Max(_worstTicks, other._worstTicks);
        Count += other.Count;
    }

    /// <summary>The time within which so large a share of the operations was done.</summary>
    public double Percentile(double share)
    {
        long before = 0;
        for (int nanoseconds = 0; nanoseconds < ExactNanoseconds; nanoseconds++)
        {
            before += _counts[nanoseconds];
            if (before >= share * Count)
                return nanoseconds;
        }

        return WorstNanoseconds;
    }

    private static double Nanoseconds(long ticks) => ticks * (1e9 / Stopwatch.Frequency);
}
