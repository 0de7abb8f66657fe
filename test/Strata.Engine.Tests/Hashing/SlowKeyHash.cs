using System.Numerics;

namespace Strata.Engine.Tests.Hashing;

/// <summary>
/// The definition of the key hash in big integers. A key of up to 32 bytes is one, two or four words; of a longer one, words are taken in pairs, the last
/// pair from its last sixteen bytes, and each pair adds the product of its two keyed words to a low and a high half without a carry between them. The
/// words, or the two halves, go through the multilinear function, and what comes out is folded, multiplied and folded again.
/// </summary>
internal static class SlowKeyHash
{
    private const int MessageWords = 512;
    private const int MixWords = 8;

    private static readonly BigInteger s_word = BigInteger.One << 64;

    public static ulong Compute(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> secret)
    {
        ReadOnlySpan<ulong> mix = secret[MessageWords..];
        BigInteger sum = mix[MixWords + key.Length];
        foreach (BigInteger word in key.Length <= 32 ? WordsOf(key) : HalvesOf(key, secret))
        {
            // The upper half of the product of a word and a 128-bit number, modulo 2^128.
            sum += (word * mix[0] / s_word) + (word * mix[1]);
            mix = mix[2..];
        }

        return Finish(sum % s_word);
    }

    private static BigInteger[] WordsOf(ReadOnlySpan<byte> key)
    {
        if (key.Length < 8)
            return [Number(key)];
        if (key.Length <= 16)
            return [Number(key[..8]), Number(key[^8..])];
        return [Number(key[..8]), Number(key[^8..]), Number(key[8..16]), Number(key[^16..^8])];
    }

    private static BigInteger[] HalvesOf(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> secret)
    {
        BigInteger low = 0, high = 0;
        for (int start = 0; start < key.Length; start += 16)
        {
            ReadOnlySpan<byte> pair = key[Math.Min(start, key.Length - 16)..][..16];
            BigInteger product = (Number(pair[..8]) + secret[start / 8]) % s_word * ((Number(pair[8..]) + secret[start / 8 + 1]) % s_word);
            low = (low + product) % s_word;
            high = (high + product / s_word) % s_word;
        }

        return [low, high];
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
