using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Strata.Engine.Hashing;

/// <summary>
/// The 64-bit keyed hash of keys inside the process: NH (Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC", CRYPTO 1999) over pairs of
/// 64-bit words, then a multilinear mix of the 128-bit sum and the length (Lemire and Kaser, "Strongly universal string hashing is
/// fast", 2014).
/// </summary>
/// <remarks>
/// Two different keys collide for at most 2^-63 of all secrets: keys of one length collide in NH for at most 2^-64 of them, and whatever
/// differs in (sum, length) collides in the mix for at most 2^-64. The mix is strongly universal, so every bit of the result can choose a
/// stripe, a bucket or a tag.
/// </remarks>
internal static unsafe class KeyHash
{
    private const int WordBytes = sizeof(ulong);
    private const int PairBytes = 2 * WordBytes;

    /// <summary>Hashes a key of 1 to 4096 bytes.</summary>
    /// <param name="key">The first byte of the key.</param>
    /// <param name="length">Its length; the caller has checked the bounds.</param>
    /// <param name="secret">The words of a <see cref="HashSecret"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Compute(byte* key, int length, ulong* secret)
    {
        ulong high = 0, low = 0;
        int offset = 0;
        ulong* word = secret;
        for (; offset + PairBytes <= length; offset += PairBytes, word += 2)
            Accumulate(Load(key + offset) + word[0], Load(key + offset + WordBytes) + word[1], ref high, ref low);

        int rest = length - offset;
        if (rest >= WordBytes)
        {
            // The last 1 to 7 bytes are read as the tail of an 8-byte load that ends at the end of the key.
            ulong tail = rest == WordBytes ? 0 : Load(key + length - WordBytes) >> (8 * (PairBytes - rest));
            Accumulate(Load(key + offset) + word[0], tail + word[1], ref high, ref low);
        }
        else if (rest > 0)
        {
            ulong tail = length >= WordBytes ? Load(key + length - WordBytes) >> (8 * (WordBytes - rest)) : LoadShort(key, rest);
            Accumulate(tail + word[0], word[1], ref high, ref low);
        }

        return Mix(low, high, (ulong)length, secret + HashSecret.MessageWords);
    }

    /// <summary>Hashes a key of 1 to 4096 bytes.</summary>
    internal static ulong Compute(ReadOnlySpan<byte> key, HashSecret secret)
    {
        fixed (byte* bytes = key)
            return Compute(bytes, key.Length, secret.Words);
    }

    /// <summary>The high half of a·low + b·high + c·length + d modulo 2^128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong low, ulong high, ulong length, ulong* words)
    {
        ulong sumHigh = words[7], sumLow = words[6];
        Accumulate(words[0], low, ref sumHigh, ref sumLow);
        Accumulate(words[2], high, ref sumHigh, ref sumLow);
        Accumulate(words[4], length, ref sumHigh, ref sumLow);
        return Finish(sumHigh + words[1] * low + words[3] * high + words[5] * length);
    }

    // A bijection, so no bound above changes. The sums are linear in a counter inside the key, and for an unlucky secret the low bits of
    // consecutive keys would fall into step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ulong hash)
    {
        hash ^= hash >> 32;
        hash *= 0xD6E8_FEB8_6659_FD93;
        return hash ^ (hash >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(ulong a, ulong b, ref ulong high, ref ulong low)
    {
        ulong productHigh = Math.BigMul(a, b, out ulong productLow);
        low += productLow;
        high += productHigh + (low < productLow ? 1UL : 0UL);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Load(byte* p)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(p);
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>A whole key of 1 to 7 bytes as a number, its first byte lowest.</summary>
    private static ulong LoadShort(byte* p, int length)
    {
        ulong value = 0;
        for (int i = length - 1; i >= 0; i--)
            value = (value << 8) | p[i];
        return value;
    }
}
