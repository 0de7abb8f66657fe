using System.Buffers.Binary;

namespace Strata.TestKit.Bytes;

/// <summary>Keys and values that can be recomputed from their number, so that a reader can check every byte it gets.</summary>
public static class TestBytes
{
    /// <summary>A key that differs from every other key of its length, as long as <paramref name="index"/> fits in that length.</summary>
    public static byte[] Key(int index, int lengthBytes)
    {
        var key = new byte[lengthBytes];
        Fill(key, (ulong)(uint)index ^ 0x6B65790000000000);
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, index);
        number[..Math.Min(number.Length, lengthBytes)].CopyTo(key);
        return key;
    }

    /// <summary>A value that depends on <paramref name="seed"/> in every byte.</summary>
    public static byte[] Value(ulong seed, int lengthBytes)
    {
        var value = new byte[lengthBytes];
        Fill(value, seed);
        return value;
    }

    /// <summary>Writes what <see cref="Value"/> would return, without allocating.</summary>
    public static void Fill(Span<byte> destination, ulong seed)
    {
        var random = new SplitMix64(seed);
        while (destination.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, random.Next());
            destination = destination[sizeof(ulong)..];
        }

        for (ulong rest = random.Next(); !destination.IsEmpty; rest >>= 8, destination = destination[1..])
            destination[0] = (byte)rest;
    }

    /// <summary>Whether <paramref name="bytes"/> are what <see cref="Value"/> makes of the seed, without allocating.</summary>
    public static bool IsValue(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var random = new SplitMix64(seed);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != random.Next())
                return false;
        }

        for (ulong rest = random.Next(); !bytes.IsEmpty; rest >>= 8, bytes = bytes[1..])
        {
            if (bytes[0] != (byte)rest)
                return false;
        }

        return true;
    }
}
