using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Strata.Engine.Hashing;

/// <summary>
/// The 64-bit keyed hash of keys inside the process: NH (Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC", CRYPTO 1999) over pairs of
/// 64-bit words, then a multilinear mix of the 128-bit sum (Lemire and Kaser, "Strongly universal string hashing is fast", 2014) with a
/// secret addend for each length.
/// </summary>
/// <remarks>
/// The words of a key are whole words from its start and, for the last pair, its last sixteen (or fewer) bytes again: keys of one length that
/// differ give words that differ. Keys of different lengths collide for 2^-64 of the secrets, by the addend. For one length, no carry goes
/// from the low to the high halves of the sums, so with n products a sum is at most n below the exact one; NH takes any one difference for at
/// most 2^-63 of the secrets (a product of two uniform words takes no value more often) and the mix for 2^-64, so two keys of n pairs collide for at
/// most (2n + 1) · 2^-63 + 5 · 2^-64: under 2^-59 up to 64 bytes, under 2^-53 at 4096. The mix is nearly strongly universal, so every bit of the
/// result can choose a stripe, a bucket or a tag.
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
        nint last = length - PairBytes;
        nint offset = 0;
        for (; offset < last; offset += PairBytes)
            AddPair(Load(ref key, offset), Load(ref key, offset + WordBytes), (ulong*)((byte*)secret + offset), ref high, ref low);
        if (last >= 0)
            AddPair(Load(ref key, last), Load(ref key, last + WordBytes), (ulong*)((byte*)secret + offset), ref high, ref low);
        else if (length >= WordBytes)
            AddPair(Load(ref key, 0), Load(ref key, length - WordBytes), secret, ref high, ref low);
        else
            AddPair(LoadShort(ref key, length), 0, secret, ref high, ref low);
        ulong* words = secret + HashSecret.MessageWords;
        ulong sum = words[HashSecret.MixWords + length] + words[1] * low + words[3] * high + MultiplyHigh(words[0], low) + MultiplyHigh(words[2], high);
        // The sums are linear in a counter inside the key, and for an unlucky secret the low bits of consecutive keys would fall into step. A
        // bijection breaks that and changes no bound.
        sum ^= sum >> 32;
        sum *= 0xD6E8_FEB8_6659_FD93;
        return sum ^ (sum >> 32);
    }

    /// <inheritdoc cref="Compute(ref byte, int, ulong*)"/>
    public static ulong Compute(byte* key, int length, ulong* secret) => Compute(ref *key, length, secret);

    /// <inheritdoc cref="Compute(ref byte, int, ulong*)"/>
    internal static ulong Compute(ReadOnlySpan<byte> key, HashSecret secret) => Compute(ref MemoryMarshal.GetReference(key), key.Length, secret.Words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPair(ulong first, ulong second, ulong* secret, ref ulong high, ref ulong low)
    {
        first += secret[0];
        second += secret[1];
        low += first * second;
        high += MultiplyHigh(first, second);
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
