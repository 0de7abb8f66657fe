using System.Buffers.Binary;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Strata.Files.Layout;

/// <summary>
/// The keyed functions of one store: the checksum of what is on disk, and the hash of keys and tags. <see cref="NhHash"/> brings blocks of 2 KiB to 16 bytes; a polynomial modulo 2^61 - 1 takes these, the lengths and the place.
/// </summary>
/// <remarks>
/// <b>Why this is enough.</b> Who writes values into the cache does not see the secret nor any checksum, so a record forged inside a value, or left by a segment's former life, is checked with a number that is
/// random to its author: of two different inputs (bytes, place, incarnation, nonce) the checksums agree for at most (d + b / 8) / 2^61 of the secrets, where b is the number of blocks and d = 4 b + 8 the degree of the polynomial:
/// 2^-56 for records up to 2 KiB, 2^-43 for one of 64 MiB. Who can read the directory can read the values anyway.
/// </remarks>
internal sealed class StoreKey
{
    public const int SecretBytes = 32;
    private const ulong Prime = (1UL << 61) - 1;

    private readonly NhHash _blocks;
    private readonly ulong _point;
    private readonly ulong _keyDomain;
    private readonly ulong _tagDomain;
    private readonly ulong _placeDomain;

    public StoreKey(ReadOnlySpan<byte> secret)
    {
        Span<byte> bytes = stackalloc byte[NhHash.KeyBytes + 4 * sizeof(ulong)];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, bytes, salt: [], info: "strata.files.2"u8);
        _blocks = new NhHash(bytes);
        ReadOnlySpan<byte> rest = bytes[NhHash.KeyBytes..];
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
        while (bytes.Length > NhHash.BlockBytes)
        {
            sum = AddBlock(sum, bytes[..NhHash.BlockBytes]);
            bytes = bytes[NhHash.BlockBytes..];
        }

        return AddBlock(sum, bytes);
    }

    private ulong AddBlock(ulong sum, ReadOnlySpan<byte> bytes)
    {
        _blocks.Sum(bytes, out ulong first, out ulong second);
        return Add(Add(sum, first), second);
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
}
