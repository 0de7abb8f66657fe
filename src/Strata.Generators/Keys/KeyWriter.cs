using Microsoft.CodeAnalysis.CSharp;

namespace Strata.Generators.Keys;

/// <summary>Writes the statements that make a key.</summary>
internal static class KeyWriter
{
    /// <summary>The local that holds the key; no name of a user's.</summary>
    public const string Key = "__key";

    /// <summary>Writes the checks of what must not be null. They come before the key is begun.</summary>
    public static void WriteChecks(GeneratedSource source, IEnumerable<KeyStep> steps)
    {
        foreach (KeyStep step in steps.Where(static step => step.Form?.NeedsNullCheck == true))
            source.Line($"global::System.ArgumentNullException.ThrowIfNull({step.Text});");
    }

    /// <summary>Writes the calls that append to the key.</summary>
    public static void WriteSteps(GeneratedSource source, IEnumerable<KeyStep> steps)
    {
        int number = 0;
        foreach (KeyStep step in steps)
        {
            if (step.Form is not { } form)
            {
                source.Line($"{Key}.AppendFormatted({SymbolDisplay.FormatLiteral(step.Text, quote: true)}u8);");
            }
            else if (form.IsNullable && form.Kind is not (HoleKind.Text or HoleKind.Formatted))
            {
                string value = $"__value{number++}";
                source.Line($"if ({step.Text} is {{ }} {value})");
                source.Line($"    {Append(value, form, step.End)}");
                if (form.Kind == HoleKind.Character)
                    source.Line("else").Line($"    {Key}.AppendFormatted(\"%00\"u8);");
            }
            else
            {
                source.Line(Append(step.Text, form, step.End));
            }
        }
    }

    private static string Append(string value, HoleForm form, char end)
    {
        string sign = SymbolDisplay.FormatLiteral(end, quote: true);
        return form.Kind switch
        {
            HoleKind.Enum => $"{Key}.AppendFormatted(({form.Format}){value});",
            HoleKind.Flag => $"{Key}.AppendFormatted({value} ? \"true\"u8 : \"false\"u8);",
            HoleKind.Character => end == '\0' ? $"{Key}.AppendFormatted({value});" : $"{Key}.AppendEscaped([{value}], {sign});",
            HoleKind.Text => end == '\0' ? $"{Key}.AppendFormatted({value});" : $"{Key}.AppendEscaped({value}, {sign});",
            HoleKind.Formatted => $"{Key}.AppendEscapedValue({value}, {sign});",
            _ => form.Format.Length == 0 ? $"{Key}.AppendFormatted({value});" : $"{Key}.AppendFormatted({value}, {form.Format});",
        };
    }
}
