using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Strata.Keys;

/// <summary>
/// A quick keyed hash of keys for the tables of flights and writers. It decides who shares a counter or a lock, never who is equal; the
/// secrets keep strangers from choosing keys that all share one.
/// </summary>
internal static class KeyFingerprint
{
    private const int WordBytes = sizeof(ulong);
    private static readonly ulong s_seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(WordBytes));
    private static readonly ulong s_multiplier = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(WordBytes)) | 1;

    public static uint Compute(ReadOnlySpan<byte> key) => (uint)(ComputeLong(key) >> 32);

    public static ulong ComputeLong(ReadOnlySpan<byte> key)
    {
        ulong hash = s_seed ^ (ulong)key.Length;
        while (key.Length >= WordBytes)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(key));
            key = key[WordBytes..];
        }

        ulong tail = 0;
        foreach (byte value in key)
            tail = (tail << 8) | value;

        // The secret multiplier may be a weak one by chance; a fixed odd one spreads what it left together.
        hash = Fold(hash ^ tail) * 0x9E37_79B9_7F4A_7C15;
        hash ^= hash >> 29;
        hash *= 0xBF58_476D_1CE4_E5B9;
        return hash ^ (hash >> 32);
    }

    private static ulong Fold(ulong value)
    {
        ulong high = Math.BigMul(value, s_multiplier, out ulong low);
        return high ^ low ^ s_seed;
    }
}
