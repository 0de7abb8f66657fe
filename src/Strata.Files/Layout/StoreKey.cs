using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Strata.Files.Layout;

/// <summary>
/// The keyed functions of one store: the checksum of what is on disk, and the hash of keys and tags. NH over blocks of 1 KiB brings 1,024 bytes to 16 (Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC", 1999, in
/// the form with 64-bit words of Krovetz, "Message authentication on 64-bit architectures", 2006); a polynomial modulo 2^61 - 1 takes their sums, the lengths and the place.
/// </summary>
/// <remarks>
/// <para><b>Why this is enough.</b> Who writes values into the cache does not see the secret nor any checksum, so a record forged inside a value, or left by a segment's former life, is checked with a number that is
/// random to its author: of two different inputs (bytes, place, incarnation, nonce) the checksums agree for at most (d + 130 b) / 2^61 of the secrets, where b is the number of blocks and d = 4 b + 8 the degree of the polynomial:
/// 2^-53 for records up to 1 KiB, 2^-37 for one of 64 MiB. Who can read the directory can read the values anyway.</para>
/// <para>NH's two sums drop their carries, which costs the 2 p + 1 differences for p pairs that are part of the bound.</para>
/// </remarks>
internal sealed class StoreKey
{
    public const int SecretBytes = 32;
    private const int BlockWords = 128;
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
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        ReadOnlySpan<ulong> keys = _words.AsSpan(0, words.Length);
        int i = 0;
        for (; i + 1 < words.Length; i += 2)
        {
            ulong first = Little(words[i]) + keys[i], second = Little(words[i + 1]) + keys[i + 1];
            high += MultiplyHigh(first, second);
            low += first * second;
        }

        if (i * sizeof(ulong) < bytes.Length)
        {
            // The last bytes with zeros behind them; the length went into the sum.
            Span<byte> last = stackalloc byte[2 * sizeof(ulong)];
            last.Clear();
            bytes[(i * sizeof(ulong))..].CopyTo(last);
            ulong first = Word(last) + _words[i], second = Word(last[sizeof(ulong)..]) + _words[i + 1];
            high += MultiplyHigh(first, second);
            low += first * second;
        }

        return Add(Add(sum, high), low);
    }

    private ulong Add(ulong sum, ulong word) => Step(Step(sum, (uint)word), word >> 32);

    // sum * point + value, modulo the prime; values are below 2^32.
    private ulong Step(ulong sum, ulong value)
    {
        ulong high = MultiplyHigh(sum, _point), low = sum * _point;
        ulong folded = (low & Prime) + ((high << 3) | (low >> 61)) + value;
        folded = (folded & Prime) + (folded >> 61);
        return folded >= Prime ? folded - Prime : folded;
    }

    // A bijection, so that every bit of the sum reaches the upper ones.
    private static ulong Finish(ulong sum)
    {
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

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
