using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Strata.Files.Layout;

/// <summary>
/// The keyed functions of one store: the checksum of what is on disk, and the hash of keys and tags. NH over blocks of 2 KiB brings 2,048 bytes to 16 (Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC", 1999, in
/// the form with 64-bit words of Krovetz, "Message authentication on 64-bit architectures", 2006); a polynomial modulo 2^61 - 1 takes their sums, the lengths and the place.
/// </summary>
/// <remarks>
/// <para><b>Why this is enough.</b> Who writes values into the cache does not see the secret nor any checksum, so a record forged inside a value, or left by a segment's former life, is checked with a number that is
/// random to its author: of two different inputs (bytes, place, incarnation, nonce) the checksums agree for at most (d + 258 b) / 2^61 of the secrets, where b is the number of blocks and d = 4 b + 8 the degree of the polynomial:
/// 2^-51 for records up to 2 KiB, 2^-37 for one of 64 MiB. Who can read the directory can read the values anyway.</para>
/// <para>NH's two sums drop their carries, which costs the 2 p + 1 differences for p pairs that are part of the bound.</para>
/// </remarks>
internal sealed class StoreKey
{
    public const int SecretBytes = 32;
    private const int BlockWords = 256;
    private const int BlockBytes = BlockWords * sizeof(ulong);
    private const ulong Prime = (1UL << 61) - 1;

    private readonly ulong[] _words = new ulong[BlockWords];
    private readonly ulong _point;
    private readonly ulong _keyDomain;
    private readonly ulong _tagDomain;
    private readonly ulong _placeDomain;

    public StoreKey(ReadOnlySpan<byte> secret)
    {
        Span<byte> bytes = stackalloc byte[BlockBytes + 4 * sizeof(ulong)];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, bytes, salt: [], info: "strata.files.1"u8);
        for (int i = 0; i < _words.Length; i++)
            _words[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(i * sizeof(ulong))..]);
        ReadOnlySpan<byte> rest = bytes[BlockBytes..];
        _point = BinaryPrimitives.ReadUInt64LittleEndian(rest) % Prime;
        _keyDomain = BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]) % Prime;
        _tagDomain = BinaryPrimitives.ReadUInt64LittleEndian(rest[16..]) % Prime;
        _placeDomain = BinaryPrimitives.ReadUInt64LittleEndian(rest[24..]) % Prime;
    }

    /// <summary>The hash of a key; its upper bits are its identity.</summary>
    public ulong HashKey(ReadOnlySpan<byte> key) => Finish(Add(_keyDomain, key));

    /// <summary>The id of a tag, never 0.</summary>
    public ulong TagId(ReadOnlySpan<byte> tag) => Math.Max(1, Finish(Add(_tagDomain, tag)));

    /// <summary>What the checksums of one life of a segment begin with.</summary>
    public ulong LifeOf(ulong incarnation, ulong nonce) => Add(Add(_placeDomain, incarnation), nonce);

    /// <summary>The checksum of bytes at a place of a segment's life: of two spans that are one record.</summary>
    public ulong Checksum(ulong life, long offset, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body) => Finish(Add(Add(Add(life, (ulong)offset), head), body));

    private ulong Add(ulong sum, ReadOnlySpan<byte> bytes)
    {
        sum = Step(sum, (uint)bytes.Length);
        while (bytes.Length > BlockBytes)
        {
            sum = AddBlock(sum, bytes[..BlockBytes]);
            bytes = bytes[BlockBytes..];
        }

        return AddBlock(sum, bytes);
    }

    private ulong AddBlock(ulong sum, ReadOnlySpan<byte> bytes)
    {
        ulong high = 0, low = 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes), keys = _words;
        // With both lengths known, no index is checked.
        while (words.Length >= 8 && keys.Length >= 8)
        {
            AddPair(words[0], words[1], keys[0], keys[1], ref high, ref low);
            AddPair(words[2], words[3], keys[2], keys[3], ref high, ref low);
            AddPair(words[4], words[5], keys[4], keys[5], ref high, ref low);
            AddPair(words[6], words[7], keys[6], keys[7], ref high, ref low);
            words = words[8..];
            keys = keys[8..];
        }

        for (; words.Length >= 2; words = words[2..], keys = keys[2..])
            AddPair(words[0], words[1], keys[0], keys[1], ref high, ref low);
        // The last bytes, as if there were zeros behind them; the length went into the sum.
        ulong last = LastWord(bytes);
        if (words.Length == 1)
            AddPair(words[0], Little(last), keys[0], keys[1], ref high, ref low);
        else if (bytes.Length % sizeof(ulong) != 0)
            AddPair(Little(last), 0, keys[0], keys[1], ref high, ref low);
        return Add(Add(sum, high), low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddPair(ulong first, ulong second, ulong firstKey, ulong secondKey, ref ulong high, ref ulong low)
    {
        first = Little(first) + firstKey;
        second = Little(second) + secondKey;
        high += MultiplyHigh(first, second);
        low += first * second;
    }

    /// <summary>What is behind the last whole word.</summary>
    private static ulong LastWord(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length % sizeof(ulong);
        if (count == 0)
            return 0;
        if (bytes.Length > sizeof(ulong))
            return BinaryPrimitives.ReadUInt64LittleEndian(bytes[^sizeof(ulong)..]) >> (8 * (sizeof(ulong) - count));
        ulong word = 0;
        for (int i = count - 1; i >= 0; i--)
            word = (word << 8) | bytes[i];
        return word;
    }

    private ulong Add(ulong sum, ulong word) => Step(Step(sum, (uint)word), word >> 32);

    // sum * point + value, modulo the prime but for at most one prime too much; values are below 2^32.
    private ulong Step(ulong sum, ulong value)
    {
        ulong high = MultiplyHigh(sum, _point), low = sum * _point;
        ulong folded = (low & Prime) + ((high << 3) | (low >> 61)) + value;
        return (folded & Prime) + (folded >> 61);
    }

    // The sum's one representative, through a bijection, so that every bit of the sum reaches the upper ones.
    private static ulong Finish(ulong sum)
    {
        sum = sum >= Prime ? sum - Prime : sum;
        sum *= 0xD6E8_FEB8_6659_FD93;
        sum ^= sum >> 32;
        sum *= 0xD6E8_FEB8_6659_FD93;
        return sum ^ (sum >> 32);
    }

    // Two multiplications in registers are cheaper than one whose second half goes through memory.
    private static ulong MultiplyHigh(ulong a, ulong b)
    {
        if (Bmi2.X64.IsSupported)
            return Bmi2.X64.MultiplyNoFlags(a, b);
        return ArmBase.Arm64.IsSupported ? ArmBase.Arm64.MultiplyHigh(a, b) : Math.BigMul(a, b, out _);
    }

    private static ulong Little(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
}
