using Strata.TestKit.Bytes;

namespace Strata.Engine.Tests.Insight;

/// <summary>Requests that look like a trace: a few keys are asked for often and most seldom; some loads change their mind, scan, or loop.</summary>
internal sealed class TraceLoad(string kind, int keyCount, double exponent)
{
    private readonly double[] _sums = Sums(keyCount, exponent);

    public IEnumerable<int> Keys(int requests)
    {
        var random = new SplitMix64(17);
        for (int i = 0; i < requests; i++)
        {
            int rank = Rank(random.Next());
            yield return kind switch
            {
                "drift" => rank + (i / 40),
                "scan" when i / 3000 % 10 == 9 => 1_000_000 + i,
                "loop" when i % 3 == 0 => 1_000_000 + (i / 3 % (keyCount / 4)),
                _ => rank,
            };
        }
    }

    /// <summary>50 to 550 bytes, the same for a key every time.</summary>
    public static int ValueBytes(int key) => 50 + (int)((uint)key * 2_654_435_761u >> 20) % 500;

    private int Rank(ulong random)
    {
        double point = (random >> 11) * (1.0 / (1UL << 53)) * _sums[^1];
        int rank = Array.BinarySearch(_sums, point);
        return rank < 0 ? ~rank : rank;
    }

    private static double[] Sums(int keyCount, double exponent)
    {
        var sums = new double[keyCount];
        double sum = 0;
        for (int rank = 0; rank < keyCount; rank++)
            sums[rank] = sum += Math.Pow(rank + 1, -exponent);
        return sums;
    }
}
