using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Strata.Keys;

namespace Strata;

/// <summary>What generated keys are written with: values that cannot be mistaken for what follows them.</summary>
public ref partial struct CacheKey
{
    private const char EscapeSign = '%';

    /// <summary>Text of up to so many characters is faster looked at one by one than by vectors that have to be set up.</summary>
    private const int PlainLength = 32;

    /// <summary>The key as text, for logs of one's own and for tags. Allocates the string.</summary>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    public override readonly string ToString()
    {
        using KeyLease lease = Lease();
        return Encoding.UTF8.GetString(lease.Bytes);
    }

    /// <summary>Writes text without the characters <c>%</c> and <paramref name="end"/>, each of which becomes <c>%</c> and two hexadecimal digits. Called by generated code.</summary>
    /// <param name="text">The text; <c>null</c> becomes <c>%00</c>, which no text does.</param>
    /// <param name="end">What follows the value: an ASCII character, neither a digit nor one of A to F; <c>%</c> when nothing does.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendEscaped(string? text, char end)
    {
        if (text is null)
            AppendFormatted("%00"u8);
        else
            AppendEscaped(text.AsSpan(), end);
    }

    /// <summary>Writes text without the characters <c>%</c> and <paramref name="end"/>, each of which becomes <c>%</c> and two hexadecimal digits. Called by generated code.</summary>
    /// <param name="text">The text.</param>
    /// <param name="end">What follows the value, as for a string.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendEscaped(scoped ReadOnlySpan<char> text, char end)
    {
        if (TryAppendPlain(text, end))
            return;
        int at;
        while ((at = text.IndexOfAny(EscapeSign, end)) >= 0)
        {
            AppendText(text[..at]);
            AppendFormatted("%"u8);
            AppendFormatted((byte)text[at], "X2");
            text = text[(at + 1)..];
        }

        AppendText(text);
    }

    /// <summary>The straight path: short ASCII text with nothing to escape, in one pass. Writes nothing that counts when it is something else.</summary>
    private bool TryAppendPlain(scoped ReadOnlySpan<char> text, char end)
    {
        if (text.Length > PlainLength || _rented is not null || text.Length > InlineKeyBytes.LengthBytes - _length)
            return false;
        Span<byte> free = ((Span<byte>)_inline).Slice(_length, text.Length);
        for (int at = 0; at < free.Length; at++)
        {
            char sign = text[at];
            if (sign >= 128 || sign == EscapeSign || sign == end)
                return false;
            free[at] = (byte)sign;
        }

        _length += text.Length;
        return true;
    }

    /// <summary>Writes a value that formats itself, in the invariant culture, escaped as text is. Called by generated code.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value; <c>null</c> becomes <c>%00</c>.</param>
    /// <param name="end">What follows the value, as for a string.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void AppendEscapedValue<T>(T value, char end)
    {
        if (value is null)
        {
            AppendFormatted("%00"u8);
            return;
        }

        Span<char> scratch = stackalloc char[128];
        var text = new DefaultInterpolatedStringHandler(0, 1, CultureInfo.InvariantCulture, scratch);
        text.AppendFormatted(value);
        AppendEscaped(text.Text, end);
        text.Clear();
    }
}
