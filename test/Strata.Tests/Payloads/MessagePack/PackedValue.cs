using System.Globalization;
using System.Text;
using Strata.Payloads.MessagePack;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Reads values of any kind, without a type, as the text of <see cref="MessagePackPython"/>.</summary>
internal static class PackedValue
{
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
