using Strata.Payloads.MessagePack;
using Strata.TestKit.Bytes;

namespace Strata.TestKit.Payloads;

/// <summary>Values of all kinds of the MessagePack format, many of them at the edges of its forms.</summary>
public static class RandomMessagePack
{
    public const int MaxDepth = 3;

    private static readonly ulong[] s_edges =
    [
        0, 1, 127, 128, 255, 256, 65_535, 65_536, uint.MaxValue, 1UL + uint.MaxValue, (1UL << 34) - 1, 1UL << 34, long.MaxValue, 1UL << 63, ulong.MaxValue,
        unchecked((ulong)-1L), unchecked((ulong)-32L), unchecked((ulong)-33L), unchecked((ulong)-128L), unchecked((ulong)-129L), unchecked((ulong)-32_769L), unchecked((ulong)-2_147_483_649L),
    ];

    /// <summary>Writes one value made of the next numbers of a sequence.</summary>
    /// <param name="writer">The writer.</param>
    /// <param name="random">The sequence.</param>
    /// <param name="depth">How many arrays and maps may be around a value; at most <see cref="MaxDepth"/>.</param>
    public static void Write(ref MessagePackWriter writer, ref SplitMix64 random, int depth)
    {
        int length = random.Next(3) == 0 ? (int)Math.Min(s_edges[random.Next(8)], 300) : random.Next(8);
        ulong bits = random.Next(2) == 0 ? s_edges[random.Next(s_edges.Length)] : random.Next() >> random.Next(64);
        switch (random.Next(depth > 0 ? 11 : 9))
        {
            case 0:
                writer.WriteNil();
                break;
            case 1:
                writer.WriteBoolean(random.Next(2) == 0);
                break;
            case 2:
                writer.WriteInt64((long)bits);
                break;
            case 3:
                writer.WriteUInt64(bits);
                break;
            case 4:
                writer.WriteDouble(random.Next(4) == 0 ? random.Next(100) / 4.0 : BitConverter.UInt64BitsToDouble(bits & 0xfff7_ffff_ffff_ffff));
                break;
            case 5:
                writer.WriteString(string.Concat(Enumerable.Repeat(random.Next(2) == 0 ? "x" : "ž🐎", length)));
                break;
            case 6:
                writer.WriteBinary(new byte[length]);
                break;
            case 7:
                writer.WriteExtension((sbyte)random.Next(128), new byte[length]);
                break;
            case 8:
                writer.WriteTimestamp((long)bits, (uint)random.Next(2) * (uint)random.Next(1_000_000_000));
                break;
            case 9:
                length >>= 2 * (MaxDepth - depth);
                writer.BeginArray(length);
                for (int i = 0; i < length; i++)
                    Write(ref writer, ref random, depth - 1);
                writer.End();
                break;
            default:
                // Different keys: in Python's dictionaries a second one of the same name would be lost.
                length >>= 2 * (MaxDepth - depth);
                writer.BeginMap(length);
                for (int i = 0; i < length; i++)
                {
                    writer.WriteInt64(i * 37);
                    Write(ref writer, ref random, depth - 1);
                }

                writer.End();
                break;
        }
    }
}
