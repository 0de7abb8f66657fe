using System.Numerics;

namespace Strata.Engine.Tests.Hashing;

/// <summary>
/// The definition of the key hash in big integers: the key is padded with zeros to pairs of words, each pair adds the product of its two
/// keyed words, the sum and the length go through the multilinear mix, and its high half is folded, multiplied and folded again.
/// </summary>
internal static class SlowKeyHash
{
    private const int MessageWords = 512;

    private static readonly BigInteger s_word = BigInteger.One << 64;
    private static readonly BigInteger s_doubleWord = BigInteger.One << 128;

    public static ulong Compute(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> secret)
    {
        var padded = new byte[(key.Length + 15) / 16 * 16];
        key.CopyTo(padded);
        BigInteger sum = 0;
        for (int word = 0; word < padded.Length / 8; word += 2)
        {
            BigInteger left = (Word(padded, word) + secret[word]) % s_word;
            BigInteger right = (Word(padded, word + 1) + secret[word + 1]) % s_word;
            sum += left * right;
        }

        sum %= s_doubleWord;
        ReadOnlySpan<ulong> mix = secret[MessageWords..];
        BigInteger mixed =
            (Pair(mix, 0) * (sum % s_word)) + (Pair(mix, 2) * (sum / s_word)) + (Pair(mix, 4) * key.Length) + Pair(mix, 6);
        return Finish(mixed % s_doubleWord / s_word);
    }

    private static ulong Finish(BigInteger hash)
    {
        BigInteger half = BigInteger.One << 32;
        hash ^= hash / half;
        hash = hash * 0xD6E8FEB86659FD93 % s_word;
        return (ulong)(hash ^ (hash / half));
    }

    private static BigInteger Word(byte[] bytes, int index) => new(bytes.AsSpan(index * 8, 8), isUnsigned: true, isBigEndian: false);

    private static BigInteger Pair(ReadOnlySpan<ulong> words, int low) => words[low] + (words[low + 1] * s_word);
}
