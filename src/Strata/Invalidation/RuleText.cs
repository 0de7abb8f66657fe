using System.Text;

namespace Strata.Invalidation;

/// <summary>The check of text that says what is invalidated.</summary>
internal static class RuleText
{
    /// <exception cref="ArgumentException">The text is empty, too long or malformed. The message tells lengths only.</exception>
    public static void ThrowIfNotText(string text, int maxBytes, string what, string name)
    {
        if (text.Length == 0)
            throw new ArgumentException($"The {what} is empty; a {what} has 1 to {maxBytes} bytes.", name);
        int lengthBytes = text.Length > maxBytes ? text.Length : Encoding.UTF8.GetByteCount(text);
        if (lengthBytes > maxBytes)
            throw new ArgumentException($"The {what} has {lengthBytes} bytes; a {what} has 1 to {maxBytes} bytes.", name);
        if (!IsWellFormed(text))
            throw new ArgumentException($"The {what} is not well-formed UTF-16 (a surrogate stands alone), so it has no UTF-8 form of its own.", name);
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int used) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[used..];
        }

        return true;
    }
}
