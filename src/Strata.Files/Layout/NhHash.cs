using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Strata.Files.Layout;

/// <summary>
/// NH, the first layer of UMAC (Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC: Fast and Secure Message Authentication", 1999), with words of 32 bits, twice: a block becomes two sums of 64 bits. The second one's key is the first
/// one's from its second pair on, as there.
/// </summary>
/// <remarks>Of two different blocks of one length both sums agree for at most one in 2^64 of the keys. What is missing of the last pair counts as zeros, and pairs that are not there add nothing, so the length goes elsewhere.</remarks>
internal sealed class NhHash
{
    public const int BlockBytes = 2048;

    /// <summary>One pair of words more than a block has.</summary>
    public const int KeyBytes = BlockBytes + PairBytes;
    private const int PairBytes = sizeof(ulong);

    // The second key stands by itself too, where vectors begin at their own multiples.
    private readonly ulong[] _key = new ulong[KeyBytes / PairBytes];
    private readonly ulong[] _second;

    public NhHash(ReadOnlySpan<byte> key)
    {
        for (int i = 0; i < _key.Length; i++)
            _key[i] = BinaryPrimitives.ReadUInt64LittleEndian(key[(i * PairBytes)..]);
        _second = _key[1..];
    }

    /// <summary>The sums of up to <see cref="BlockBytes"/> bytes.</summary>
    public void Sum(ReadOnlySpan<byte> block, out ulong first, out ulong second)
    {
        first = second = 0;
        int vectors = Avx2.IsSupported ? block.Length / Vector256<byte>.Count : 0, bytes = vectors * Vector256<byte>.Count;
        if (vectors > 0)
            AddVectors(block[..bytes], ref first, ref second);
        if (bytes < block.Length)
            AddPairs(block[bytes..], bytes / PairBytes, ref first, ref second);
    }

    /// <summary>Adds the products of all pairs, one after another.</summary>
    public void AddPairs(ReadOnlySpan<byte> block, int from, ref ulong first, ref ulong second)
    {
        ReadOnlySpan<ulong> key = _key.AsSpan(from);
        for (; block.Length >= PairBytes; block = block[PairBytes..], key = key[1..])
        {
            ulong pair = BinaryPrimitives.ReadUInt64LittleEndian(block);
            first += Product(pair, key[0]);
            second += Product(pair, key[1]);
        }

        if (block.IsEmpty)
            return;
        ulong last = LastPair(block);
        first += Product(last, key[0]);
        second += Product(last, key[1]);
    }

    // By itself, since the vectors' registers do not outlive a call.
    private void AddVectors(ReadOnlySpan<byte> block, ref ulong first, ref ulong second)
    {
        ReadOnlySpan<Vector256<uint>> words = MemoryMarshal.Cast<byte, Vector256<uint>>(block);
        // With all lengths known to be one, no index is checked.
        ReadOnlySpan<Vector256<uint>> key = MemoryMarshal.Cast<ulong, Vector256<uint>>(_key)[..words.Length], secondKey = MemoryMarshal.Cast<ulong, Vector256<uint>>(_second)[..words.Length];
        Vector256<ulong> sum = default, secondSum = default;
        for (int i = 0; i < words.Length; i++)
        {
            sum += Products(words[i] + key[i]);
            secondSum += Products(words[i] + secondKey[i]);
        }

        first += Vector256.Sum(sum);
        second += Vector256.Sum(secondSum);
    }

    private static ulong LastPair(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= sizeof(uint))
            return BinaryPrimitives.ReadUInt32LittleEndian(bytes) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..]) >> (8 * (PairBytes - bytes.Length)) << 32);
        ulong last = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            last = (last << 8) | bytes[i];
        return last;
    }

    private static Vector256<ulong> Products(Vector256<uint> words) => Avx2.Multiply(words, (words.AsUInt64() >>> 32).AsUInt32());

    private static ulong Product(ulong pair, ulong key) => (ulong)((uint)pair + (uint)key) * ((uint)(pair >> 32) + (uint)(key >> 32));
}
