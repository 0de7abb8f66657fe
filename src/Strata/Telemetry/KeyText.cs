using System.Globalization;
using System.Text;

namespace Strata.Telemetry;

/// <summary>What a message says of a key.</summary>
internal static class KeyText
{
    private const int MaxShownBytes = 64;

    /// <summary>Its length, and the key itself if it may be shown: printable ASCII as it is, all else as <c>\xNN</c>, so that no key can forge a line of a log.</summary>
    public static string Of(ReadOnlySpan<byte> key, bool isShown)
    {
        string length = string.Create(CultureInfo.InvariantCulture, $"{key.Length} bytes");
        if (!isShown)
            return length;
        var text = new StringBuilder("\"");
        foreach (byte value in key[..Math.Min(key.Length, MaxShownBytes)])
        {
            if (value is >= 0x20 and < 0x7F and not ((byte)'"' or (byte)'\\'))
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
        }

        return text.Append(key.Length > MaxShownBytes ? "\"…, " : "\", ").Append(length).ToString();
    }
}
