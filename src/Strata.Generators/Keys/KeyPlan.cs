using System.Collections.Immutable;

namespace Strata.Generators.Keys;

/// <summary>Decides how the parts of a template are written, so that no two lists of values make the same key.</summary>
internal static class KeyPlan
{
    /// <summary>Ends a value that what follows could continue. No value contains it: in escaped text two digits follow the sign, and no other form has the sign.</summary>
    private const string Mark = "%_";

    /// <summary>Makes the steps.</summary>
    /// <param name="parts">The template.</param>
    /// <param name="holes">The values of its holes, in order: each the expression and the form of its type.</param>
    /// <param name="isUniform">Whether text is written the same whether or not its type allows <c>null</c>: two templates of one text then make one key of one value.</param>
    public static EquatableArray<KeyStep> Make(ImmutableArray<KeyPart> parts, IReadOnlyList<(string Expression, HoleForm Form)> holes, bool isUniform = false)
    {
        var steps = new List<KeyStep>();
        int hole = 0;
        for (int at = 0; at < parts.Length; at++)
        {
            if (!parts[at].IsHole)
            {
                steps.Add(new(parts[at].Text));
                continue;
            }

            (string expression, HoleForm form) = holes[hole++];
            if (isUniform && form.Kind == HoleKind.Text)
                form = form with { IsNullable = true };
            bool isLast = at + 1 == parts.Length;
            char next = isLast || parts[at + 1].IsHole ? '\0' : parts[at + 1].Text[0];
            bool needsMark = !isLast && !form.EndsAnywhere && (next == '\0' || !form.EndsBefore(next));
            char end = isLast && form is { Kind: HoleKind.Character or HoleKind.Text, IsNullable: false } ? '\0'
                : isLast || needsMark ? '%' : next;
            steps.Add(new(expression, form, form.IsEscaped ? end : '\0'));
            if (needsMark)
                steps.Add(new(Mark));
        }

        return steps.ToEquatableArray();
    }
}
