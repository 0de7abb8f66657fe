using System.Numerics;

namespace Strata.Engine.Tests.Hashing;

/// <summary>
/// The definition of the key hash in big integers: words are taken from the key in pairs, the last pair from its last sixteen bytes (or, of a shorter
/// key, from its first and last eight, or all of it); each pair adds the product of its two keyed words to a low and a high half without a carry between
/// them; the halves go through the multilinear mix, and what comes out is folded, multiplied and folded again.
/// </summary>
internal static class SlowKeyHash
{
    private const int MessageWords = 512;
    private const int MixWords = 4;

    private static readonly BigInteger s_word = BigInteger.One << 64;

    public static ulong Compute(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> secret)
    {
        BigInteger low = 0, high = 0;
        int secretWord = 0;
        foreach ((BigInteger first, BigInteger second) in PairsOf(key))
        {
            BigInteger product = (first + secret[secretWord]) % s_word * ((second + secret[secretWord + 1]) % s_word);
            low = (low + product) % s_word;
            high = (high + product / s_word) % s_word;
            secretWord += 2;
        }

        ReadOnlySpan<ulong> mix = secret[MessageWords..];
        BigInteger sum = mix[MixWords + key.Length] + (mix[1] * low) + (mix[3] * high) + (mix[0] * low / s_word) + (mix[2] * high / s_word);
        return Finish(sum % s_word);
    }

    private static List<(BigInteger First, BigInteger Second)> PairsOf(ReadOnlySpan<byte> key)
    {
        if (key.Length < 8)
            return [(Number(key), 0)];
        if (key.Length < 16)
            return [(Number(key[..8]), Number(key[^8..]))];
        var pairs = new List<(BigInteger, BigInteger)>();
        for (int start = 0; start < key.Length - 16; start += 16)
            pairs.Add((Number(key.Slice(start, 8)), Number(key.Slice(start + 8, 8))));
        pairs.Add((Number(key[^16..^8]), Number(key[^8..])));
        return pairs;
    }

    private static ulong Finish(BigInteger hash)
    {
        BigInteger half = BigInteger.One << 32;
        hash ^= hash / half;
        hash = hash * 0xD6E8FEB86659FD93 % s_word;
        return (ulong)(hash ^ (hash / half));
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: false);
}
