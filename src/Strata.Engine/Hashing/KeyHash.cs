using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Strata.Engine.Hashing;

/// <summary>
/// The 64-bit keyed hash of keys inside the process: a multilinear function of up to four 64-bit words (Lemire and Kaser, "Strongly universal string
/// hashing is fast", 2014) with a secret addend for each length. Longer keys are first brought to two words by NH over pairs of words (Black,
/// Halevi, Krawczyk, Krovetz, Rogaway, "UMAC", CRYPTO 1999).
/// </summary>
/// <remarks>
/// The words of a key are whole words from its start and from its end, overlapping in between: keys of one length that differ give words that
/// differ. The multilinear function is the upper half of a sum of 128-bit products; no carry goes from the lower halves to the upper ones, so with n products a
/// sum is at most n - 1 below the exact one, whose upper halves collide for 2^-64 of the secrets. Two keys of one length thus collide for at most
/// (2n - 1) · 2^-64: 7 · 2^-64 up to 32 bytes. With p pairs before it, NH takes any one difference for at most 2^-63 of the secrets (a product of two uniform
/// words takes no value more often), and sums that differ by less than p for their lost carries, which adds (2p + 1) · 2^-63: under 2^-53 at 4096 bytes. Keys of
/// different lengths collide for 2^-64, by the addend. The multilinear function is nearly strongly universal, so every bit of the result can choose a
/// stripe, a bucket or a tag.
/// </remarks>
internal static unsafe class KeyHash
{
    private const int WordBytes = sizeof(ulong);
    private const int PairBytes = 2 * WordBytes;
    private const int LongestMultilinear = 2 * PairBytes;

    /// <summary>Hashes a key of 1 to 4096 bytes; the caller has checked the bounds.</summary>
    /// <param name="key">The first byte of the key.</param>
    /// <param name="length">Its length.</param>
    /// <param name="secret">The words of a <see cref="HashSecret"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Compute(ref byte key, int length, ulong* secret)
    {
        ulong* mix = secret + HashSecret.MessageWords;
        ulong sum;
        if (length >= WordBytes)
        {
            if (length > LongestMultilinear)
                return ComputeLong(ref key, length, secret);
            nint last = length - WordBytes;
            sum = Product(Load(ref key, 0), mix) + Product(Load(ref key, last), mix + 2);
            if (length > PairBytes)
                sum += Product(Load(ref key, WordBytes), mix + 4) + Product(Load(ref key, last - WordBytes), mix + 6);
        }
        else
        {
            sum = Product(LoadShort(ref key, length), mix);
        }

        return Finish(sum + mix[HashSecret.MixWords + length]);
    }

    /// <inheritdoc cref="Compute(ref byte, int, ulong*)"/>
    public static ulong Compute(byte* key, int length, ulong* secret) => Compute(ref *key, length, secret);

    /// <inheritdoc cref="Compute(ref byte, int, ulong*)"/>
    internal static ulong Compute(ReadOnlySpan<byte> key, HashSecret secret) => Compute(ref MemoryMarshal.GetReference(key), key.Length, secret.Words);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong ComputeLong(ref byte key, int length, ulong* secret)
    {
        ulong high = 0, low = 0;
        nint last = length - PairBytes;
        nint offset = 0;
        for (; offset < last; offset += PairBytes)
            AddPair(Load(ref key, offset), Load(ref key, offset + WordBytes), (ulong*)((byte*)secret + offset), ref high, ref low);
        AddPair(Load(ref key, last), Load(ref key, last + WordBytes), (ulong*)((byte*)secret + offset), ref high, ref low);
        ulong* mix = secret + HashSecret.MessageWords;
        return Finish(Product(low, mix) + Product(high, mix + 2) + mix[HashSecret.MixWords + length]);
    }

    // The sums are linear in a counter inside the key, and for an unlucky secret the low bits of consecutive keys would fall into step. A
    // bijection breaks that and changes no bound.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Finish(ulong sum)
    {
        sum ^= sum >> 32;
        sum *= 0xD6E8_FEB8_6659_FD93;
        return sum ^ (sum >> 32);
    }

    // The upper half of a word times a 128-bit number, that is modulo 2^128 of course.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Product(ulong word, ulong* multiplier) => MultiplyHigh(word, multiplier[0]) + word * multiplier[1];

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LoadShort(ref byte key, int length)
    {
        // Two halves that overlap where the length is odd.
        if (length >= sizeof(uint))
            return LoadHalf(ref key, 0) | (LoadHalf(ref key, length - sizeof(uint)) << ((length - sizeof(uint)) * 8));
        int middle = length >> 1, last = length - 1;
        return key | ((ulong)Unsafe.Add(ref key, middle) << (middle * 8)) | ((ulong)Unsafe.Add(ref key, last) << (last * 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong LoadHalf(ref byte key, nint offset)
    {
        uint value = Unsafe.ReadUnaligned<uint>(ref Unsafe.AddByteOffset(ref key, offset));
        return BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);
    }
}
