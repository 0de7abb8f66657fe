namespace Strata.Engine.Tests.Hashing;

/// <summary>Pearson's measure of how far counts are from equal: about the number of boxes, less one, for a random function.</summary>
internal static class ChiSquared
{
    public static double OfEqual(int[] counts)
    {
        double expected = counts.Average();
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }
}
