using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Strata.Engine.Hashing;

/// <summary>
/// The 64-bit keyed hash of keys inside the process: NH (Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC", CRYPTO 1999) over pairs of
/// 64-bit words of the padded key, then a multilinear mix of the 128-bit sum (Lemire and Kaser, "Strongly universal string hashing is
/// fast", 2014).
/// </summary>
/// <remarks>
/// The key is padded with one byte 1 and then zeros to whole pairs, so different keys give different words. They collide for at most 2^-62 of
/// all secrets: in NH for at most 2^-63 (a product of two uniform words takes no value more often), and what differs in the sum collides in the mix for
/// at most 2^-64. The mix is strongly universal, so every bit of the result can choose a stripe, a bucket or a tag.
/// </remarks>
internal static unsafe class KeyHash
{
    private const int WordBytes = sizeof(ulong);
    private const int PairBytes = 2 * WordBytes;

    /// <summary>Hashes a key of 1 to 4096 bytes; the caller has checked the bounds.</summary>
    /// <param name="key">The first byte of the key.</param>
    /// <param name="length">Its length.</param>
    /// <param name="secret">The words of a <see cref="HashSecret"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Compute(ref byte key, int length, ulong* secret)
    {
        ulong high = 0, low = 0;
        nint offset = 0;
        nint pairsEnd = length & -PairBytes;
        for (; offset < pairsEnd; offset += PairBytes)
            Accumulate(Load(ref key, offset) + At(secret, offset), Load(ref key, offset + WordBytes) + At(secret, offset + WordBytes), ref high, ref low);

        int rest = length & (PairBytes - 1);
        ulong first, second;
        if (rest >= WordBytes)
        {
            first = Load(ref key, offset);
            second = Padded(ref key, length, rest - WordBytes);
        }
        else
        {
            first = Padded(ref key, length, rest);
            second = 0;
        }

        Accumulate(first + At(secret, offset), second + At(secret, offset + WordBytes), ref high, ref low);
        return Mix(low, high, secret + HashSecret.MessageWords);
    }

    /// <inheritdoc cref="Compute(ref byte, int, ulong*)"/>
    public static ulong Compute(byte* key, int length, ulong* secret) => Compute(ref *key, length, secret);

    /// <inheritdoc cref="Compute(ref byte, int, ulong*)"/>
    internal static ulong Compute(ReadOnlySpan<byte> key, HashSecret secret) => Compute(ref MemoryMarshal.GetReference(key), key.Length, secret.Words);

    // The last bytes of the key, 0 to 7 of them, with the byte 1 behind them. They are read as the end of a whole word where the key has one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Padded(ref byte key, int length, int rest)
    {
        ulong marker = 1UL << (8 * rest);
        if (rest == 0)
            return marker;
        return marker | (length >= WordBytes ? Load(ref key, length - WordBytes) >> (8 * (WordBytes - rest)) : LoadShort(ref key, rest));
    }

    /// <summary>The high half of a·low + b·high + c modulo 2^128, with 128-bit a, b and c, finished by a bijection.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong low, ulong high, ulong* words)
    {
        ulong sumHigh = words[5] + words[1] * low + words[3] * high, sumLow = words[4];
        Accumulate(words[0], low, ref sumHigh, ref sumLow);
        Accumulate(words[2], high, ref sumHigh, ref sumLow);
        // The sums are linear in a counter inside the key, and for an unlucky secret the low bits of consecutive keys would fall into step. A
        // bijection breaks that and changes no bound.
        sumHigh ^= sumHigh >> 32;
        sumHigh *= 0xD6E8_FEB8_6659_FD93;
        return sumHigh ^ (sumHigh >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Accumulate(ulong a, ulong b, ref ulong high, ref ulong low)
    {
        ulong productLow = a * b;
        low += productLow;
        high += MultiplyHigh(a, b) + (low < productLow ? 1UL : 0UL);
    }

    // Two multiplications in registers are cheaper than one whose second half goes through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyHigh(ulong a, ulong b)
    {
        if (Bmi2.X64.IsSupported)
            return Bmi2.X64.MultiplyNoFlags(a, b);
        return ArmBase.Arm64.IsSupported ? ArmBase.Arm64.MultiplyHigh(a, b) : Math.BigMul(a, b, out _);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong At(ulong* secret, nint byteOffset) => *(ulong*)((byte*)secret + byteOffset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Load(ref byte key, nint offset)
    {
        ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref key, offset));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }

    /// <summary>A whole key of 1 to 7 bytes as a number, its first byte lowest.</summary>
    private static ulong LoadShort(ref byte key, int length)
    {
        ulong value = 0;
        for (int i = length - 1; i >= 0; i--)
            value = (value << 8) | Unsafe.Add(ref key, i);
        return value;
    }
}
