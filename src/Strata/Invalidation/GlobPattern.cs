using System.Text;

namespace Strata.Invalidation;

/// <summary>
/// A glob pattern over keys: <c>*</c> stands for any text, also none; <c>?</c> for one character; a backslash takes the next character as it is. Everything else stands for itself.
/// </summary>
/// <remarks>
/// Matching never goes back further than to the last star met (the greedy algorithm with two positions), so it takes at most pattern length times key length steps, and about the key's
/// length in practice. Keys are bytes: a character is a byte with all continuation bytes of UTF-8 that follow it, which in well-formed keys is one code point.
/// </remarks>
internal sealed class GlobPattern
{
    /// <summary>The longest pattern, in bytes of UTF-8.</summary>
    public const int MaxBytes = 256;

    private const ushort AnyCharacter = 0x100;
    private const ushort AnyText = 0x101;

    // A literal byte, or one of the two above. No two stars in a row.
    private readonly ushort[] _parts;

    /// <exception cref="ArgumentException">The pattern is empty, too long, malformed, or ends within an escape.</exception>
    public GlobPattern(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        RuleText.ThrowIfNotText(pattern, MaxBytes, "pattern", nameof(pattern));
        var parts = new List<ushort>();
        bool isEscaped = false;
        foreach (byte value in Encoding.UTF8.GetBytes(pattern))
        {
            if (!isEscaped && value == (byte)'\\')
            {
                isEscaped = true;
                continue;
            }

            ushort part = isEscaped ? value : value switch
            {
                (byte)'?' => AnyCharacter,
                (byte)'*' => AnyText,
                _ => value,
            };
            isEscaped = false;
            if (part != AnyText || parts.Count == 0 || parts[^1] != AnyText)
                parts.Add(part);
        }

        if (isEscaped)
            throw new ArgumentException("The pattern ends with a backslash, which takes the next character as it is; write two for a backslash.", nameof(pattern));
        _parts = [.. parts];
    }

    public bool Matches(ReadOnlySpan<byte> key)
    {
        ReadOnlySpan<ushort> parts = _parts;
        int at = 0, part = 0;

        // Behind the last star: the part to go back to, and where in the key it was tried last.
        int retryPart = -1, retryAt = 0;
        while (at < key.Length)
        {
            ushort wanted = part < parts.Length ? parts[part] : ushort.MaxValue;
            if (wanted == AnyText)
            {
                retryPart = ++part;
                retryAt = at;
                if (part == parts.Length)
                    return true;
            }
            else if (wanted == AnyCharacter)
            {
                part++;
                at = NextCharacter(key, at);
            }
            else if (wanted == key[at])
            {
                part++;
                at++;
            }
            else if (retryPart >= 0)
            {
                part = retryPart;
                at = retryAt = NextCharacter(key, retryAt);
            }
            else
            {
                return false;
            }
        }

        if (part < parts.Length && parts[part] == AnyText)
            part++;
        return part == parts.Length;
    }

    private static int NextCharacter(ReadOnlySpan<byte> key, int at)
    {
        at++;
        while (at < key.Length && (key[at] & 0xC0) == 0x80)
            at++;
        return at;
    }
}
