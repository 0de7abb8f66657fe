using System.Globalization;
using System.Text;
using Strata.Payloads.MessagePack;
using Strata.TestKit.Bytes;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Values of any kind, without a type: made at random, read as the text of <see cref="MessagePackPython"/>.</summary>
internal static class PackedValue
{
    private static readonly ulong[] s_edges =
    [
        0, 1, 127, 128, 255, 256, 65_535, 65_536, uint.MaxValue, 1UL + uint.MaxValue, (1UL << 34) - 1, 1UL << 34, long.MaxValue, 1UL << 63, ulong.MaxValue,
        unchecked((ulong)-1L), unchecked((ulong)-32L), unchecked((ulong)-33L), unchecked((ulong)-128L), unchecked((ulong)-129L), unchecked((ulong)-32_769L), unchecked((ulong)-2_147_483_649L),
    ];

    /// <summary>Writes one value made of the next numbers of a sequence.</summary>
    public static void WriteRandom(ref MessagePackWriter writer, ref SplitMix64 random, int depth)
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
                length >>= 2 * (3 - depth);
                writer.BeginArray(length);
                for (int i = 0; i < length; i++)
                    WriteRandom(ref writer, ref random, depth - 1);
                writer.End();
                break;
            default:
                // Different keys: in Python's dictionaries a second one of the same name would be lost.
                length >>= 2 * (3 - depth);
                writer.BeginMap(length);
                for (int i = 0; i < length; i++)
                {
                    writer.WriteInt64(i * 37);
                    WriteRandom(ref writer, ref random, depth - 1);
                }

                writer.End();
                break;
        }
    }

    /// <summary>Reads one value of any kind.</summary>
    public static bool TryReadText(ref MessagePackReader reader, StringBuilder text)
    {
        switch (reader.NextKind)
        {
            case MessagePackKind.Nil:
                text.Append('n');
                return reader.TryReadNil();
            case MessagePackKind.Boolean when reader.TryReadBoolean(out bool isTrue):
                text.Append(isTrue ? 't' : 'f');
                return true;
            case MessagePackKind.Integer when reader.TryReadInt64(out long signed):
                text.Append('i').Append(signed);
                return true;
            case MessagePackKind.Integer when reader.TryReadUInt64(out ulong unsigned):
                text.Append('i').Append(unsigned);
                return true;
            case MessagePackKind.Float when reader.TryReadDouble(out double number):
                text.Append('d').Append(BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture));
                return true;
            case MessagePackKind.String when reader.TryReadString(out string? value):
                text.Append('s').Append(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value)));
                return true;
            case MessagePackKind.Binary when reader.TryReadBinary(out ReadOnlySpan<byte> bytes):
                text.Append('b').Append(Convert.ToHexStringLower(bytes));
                return true;
            case MessagePackKind.Extension when reader.TryReadTimestamp(out long seconds, out uint nanoseconds):
                text.Append('w').Append(seconds).Append('.').Append(nanoseconds);
                return true;
            case MessagePackKind.Extension when reader.TryReadExtension(out sbyte type, out ReadOnlySpan<byte> body):
                text.Append('x').Append(type).Append(':').Append(Convert.ToHexStringLower(body));
                return true;
            case MessagePackKind.Array when reader.TryBeginArray(out int count):
                text.Append('[');
                for (int i = 0; i < count; i++)
                {
                    if (!TryReadText(ref reader, i == 0 ? text : text.Append(',')))
                        return false;
                }

                reader.End();
                text.Append(']');
                return true;
            case MessagePackKind.Map when reader.TryBeginMap(out int count):
                text.Append('{');
                for (int i = 0; i < count; i++)
                {
                    if (!TryReadText(ref reader, i == 0 ? text : text.Append(',')) || !TryReadText(ref reader, text.Append('=')))
                        return false;
                }

                reader.End();
                text.Append('}');
                return true;
            default:
                return false;
        }
    }

    /// <summary>The text of a payload, or null when it cannot be read.</summary>
    public static string? Text(ReadOnlySpan<byte> payload)
    {
        var reader = new MessagePackReader(payload);
        var text = new StringBuilder();
        return TryReadText(ref reader, text) && reader.IsAtEnd ? text.ToString() : null;
    }
}
