using System.Buffers.Binary;

namespace Strata.Lab.Load;

/// <summary>Values that depend on a number in every word, so that a value read back can be checked without the one that was written.</summary>
internal static class IndexedValue
{
    public static void Write(ulong seed, int index, Span<byte> value)
    {
        for (int word = 0; value.Length > 0; word++)
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Word(seed, index, word));
            bytes = bytes[..Math.Min(bytes.Length, value.Length)];
            bytes.CopyTo(value);
            value = value[bytes.Length..];
        }
    }

    private static ulong Word(ulong seed, int index, int word) => Mixer.Mix((ulong)index << 32 ^ (ulong)word ^ seed * 0x9E3779B97F4A7C15);
}
