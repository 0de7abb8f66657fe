using System.Collections.Immutable;
using System.Text;

namespace Strata.Generators.Keys;

/// <summary>Takes a template apart.</summary>
internal static class KeyTemplate
{
    /// <summary>The longest key.</summary>
    public const int MaxKeyBytes = 4096;

    /// <summary>The longest tag.</summary>
    public const int MaxTagBytes = 256;

    /// <summary>The parts of a template, no two literals in a row; or why there are none.</summary>
    /// <param name="template">The template.</param>
    /// <param name="maxBytes">What its literal text alone must not exceed.</param>
    /// <param name="fault">What is wrong with it.</param>
    public static ImmutableArray<KeyPart> Parse(string template, int maxBytes, out string? fault)
    {
        ImmutableArray<KeyPart>.Builder parts = ImmutableArray.CreateBuilder<KeyPart>();
        var literal = new StringBuilder();
        fault = template.Length == 0 ? "it is empty" : null;
        for (int at = 0; at < template.Length && fault is null; at++)
        {
            char sign = template[at];
            if (sign is '{' or '}' && at + 1 < template.Length && template[at + 1] == sign)
            {
                literal.Append(sign);
                at++;
            }
            else if (sign == '{')
            {
                int end = template.IndexOf('}', at);
                string name = end < 0 ? "" : template.Substring(at + 1, end - at - 1).Trim();
                if (name.Length == 0)
                    fault = end < 0 ? $"the hole at position {at} has no closing brace" : $"the hole at position {at} has no name";
                AddLiteral(parts, literal);
                parts.Add(new(IsHole: true, name));
                at = end;
                if (end < 0)
                    break;
            }
            else if (sign == '}')
            {
                fault = $"the closing brace at position {at} closes nothing; two of them stand for one";
            }
            else
            {
                literal.Append(sign);
            }
        }

        AddLiteral(parts, literal);
        if (fault is null && !IsWellFormed(template))
            fault = "it is not well-formed UTF-16";
        if (fault is null && parts.Sum(static part => part.IsHole ? 0 : Encoding.UTF8.GetByteCount(part.Text)) > maxBytes)
            fault = $"its text alone is longer than {maxBytes} bytes";
        return parts.ToImmutable();
    }

    private static void AddLiteral(ImmutableArray<KeyPart>.Builder parts, StringBuilder literal)
    {
        if (literal.Length > 0)
            parts.Add(new(IsHole: false, literal.ToString()));
        literal.Clear();
    }

    private static bool IsWellFormed(string text)
    {
        for (int at = 0; at < text.Length; at++)
        {
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                at++;
            else if (char.IsSurrogate(text[at]))
                return false;
        }

        return true;
    }
}
