using System.Buffers.Binary;

namespace Strata.Lab.Load;

/// <summary>Values that depend on a number in every word, so that a value read back can be checked without the one that was written.</summary>
internal static class IndexedValue
{
    public static void Write(ulong seed, int index, Span<byte> value)
    {
        int word = 0;
        for (; value.Length >= sizeof(ulong); value = value[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(value, Word(seed, index, word++));
        ulong last = Word(seed, index, word);
        for (int i = 0; i < value.Length; i++)
            value[i] = (byte)(last >> 8 * i);
    }

    private static ulong Word(ulong seed, int index, int word) => Mixer.Mix((ulong)index << 32 ^ (ulong)word ^ seed * 0x9E3779B97F4A7C15);
}
