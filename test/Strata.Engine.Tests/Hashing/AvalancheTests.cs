using Strata.Engine.Hashing;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Hashing;

/// <summary>Over random secrets and keys, each bit of a key decides each bit of the hash in half of all cases.</summary>
public sealed class AvalancheTests
{
    private const int HashBits = 64;
    private const int Trials = 1024;

    /// <summary>
    /// The share of heads in so many throws of a fair coin is this far from a half, 6.4 standard deviations, in one of six billion cases; there are 1.6
    /// million pairs of bits in all.
    /// </summary>
    private const double MostBias = 0.1;

    // A secret of its own for each trial: under one secret alone the trials would not be independent.
    private static readonly HashSecret[] s_secrets = [.. Enumerable.Range(0, Trials).Select(i => Secrets.FromSeed((ulong)i + 1))];

    public static TheoryData<int> Lengths => [.. Enumerable.Range(1, 64), 100, 1000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Compute_OneBitOfKeyFlipped_FlipsEveryBitOfTheHashInHalfOfAllCases(int lengthBytes)
    {
        byte[][] keys = [.. Enumerable.Range(0, Trials).Select(i => TestBytes.Value((ulong)(lengthBytes * Trials + i), lengthBytes))];
        ulong[] hashes = [.. keys.Select((key, i) => KeyHash.Compute(key, s_secrets[i]))];
        var flips = new int[HashBits];
        long all = 0;
        double mostBias = 0;
        for (int bit = 0; bit < lengthBytes * 8; bit++)
        {
            flips.AsSpan().Clear();
            for (int trial = 0; trial < Trials; trial++)
            {
                keys[trial][bit / 8] ^= (byte)(1 << (bit % 8));
                ulong difference = hashes[trial] ^ KeyHash.Compute(keys[trial], s_secrets[trial]);
                keys[trial][bit / 8] ^= (byte)(1 << (bit % 8));
                for (int i = 0; i < HashBits; i++)
                    flips[i] += (int)(difference >> i) & 1;
            }

            foreach (int count in flips)
            {
                all += count;
                mostBias = Math.Max(mostBias, Math.Abs((double)count / Trials - 0.5));
            }
        }

        Assert.InRange(mostBias, 0, MostBias);
        // The mean of all of them, whose standard deviation is at most 1/1400 (512 pairs and 1024 trials).
        Assert.InRange((double)all / ((long)lengthBytes * 8 * HashBits * Trials), 0.495, 0.505);
    }
}
