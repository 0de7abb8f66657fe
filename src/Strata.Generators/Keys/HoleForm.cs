using Microsoft.CodeAnalysis;

namespace Strata.Generators.Keys;

/// <summary>How the values of one type are written into a key, and what may stand behind them.</summary>
/// <param name="Kind">How.</param>
/// <param name="IsNullable">Whether the value may be <c>null</c>, which is then written as nothing, or as <c>%00</c> where text may be empty.</param>
/// <param name="Format">A format in C#, or the underlying type of an enum.</param>
internal readonly record struct HoleForm(HoleKind Kind, bool IsNullable, string Format = "")
{
    /// <summary>Marks text that is a span, and so cannot be null.</summary>
    private const string SpanFormat = "span";

    private const string Digits = "0123456789";

    /// <summary>Whether escaping keeps the value apart from what follows.</summary>
    public bool IsEscaped => Kind is HoleKind.Character or HoleKind.Text or HoleKind.Formatted;

    /// <summary>The form of a type, or <c>null</c> when it has none.</summary>
    public static HoleForm? Of(ITypeSymbol type)
    {
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
            return Of(nullable.TypeArguments[0]) is { } inner ? inner with { IsNullable = true } : null;
        if (type.TypeKind == TypeKind.Enum)
            return new(HoleKind.Enum, false, ((INamedTypeSymbol)type).EnumUnderlyingType!.ToDisplayString());
        return type.SpecialType switch
        {
            SpecialType.System_String => new(HoleKind.Text, type.NullableAnnotation != NullableAnnotation.NotAnnotated),
            SpecialType.System_Char => new(HoleKind.Character, false),
            SpecialType.System_Boolean => new(HoleKind.Flag, false),
            SpecialType.System_Single or SpecialType.System_Double => new(HoleKind.Real, false),
            SpecialType.System_Decimal => new(HoleKind.Real, false, "\"G29\""),
            SpecialType.System_DateTime => new(HoleKind.Moment, false, "\"O\""),
            >= SpecialType.System_SByte and <= SpecialType.System_UInt64 or SpecialType.System_IntPtr or SpecialType.System_UIntPtr => new(HoleKind.Integer, false),
            _ => OfName(type),
        };
    }

    /// <summary>Whether a value of this form, followed by such a character, can be told from it.</summary>
    public bool EndsBefore(char next) => next < 128 && (IsEscaped ? !IsHexOrEscape(next) : Continuations.IndexOf(next) < 0 && (!IsNullable || Starts.IndexOf(next) < 0));

    /// <summary>Whether the value must be checked, since its type says that it is not null.</summary>
    public bool NeedsNullCheck => !IsNullable && Kind == HoleKind.Text && Format != SpanFormat;

    /// <summary>Whether nothing that follows can be taken for a part of the value.</summary>
    public bool EndsAnywhere => !IsEscaped && !IsNullable && Continuations.Length == 0;

    /// <summary>The ASCII characters values of this form may consist of, for telling templates apart; <c>null</c> for any.</summary>
    public string? Alphabet => Kind switch
    {
        HoleKind.Integer or HoleKind.Enum => Digits + "-",
        HoleKind.Real => Digits + "-+.EInfinityNa",
        HoleKind.Flag => "truefals",
        HoleKind.Moment or HoleKind.Span => Digits + "-+.:TZ",
        HoleKind.Fixed => Digits + "abcdef-+.:T",
        _ => null,
    };

    /// <summary>What may follow a whole value and make it a longer one.</summary>
    private string Continuations => Kind switch
    {
        HoleKind.Integer or HoleKind.Enum => Digits,
        HoleKind.Real => Digits + ".E",
        HoleKind.Moment => "Z+-",
        HoleKind.Span => Digits + ".",
        _ => "",
    };

    /// <summary>What a value may begin with.</summary>
    private string Starts => Kind switch
    {
        HoleKind.Integer or HoleKind.Enum or HoleKind.Span => Digits + "-",
        HoleKind.Real => Digits + "-NI",
        HoleKind.Flag => "tf",
        HoleKind.Moment => Digits,
        HoleKind.Fixed => Digits + "abcdef",
        _ => "",
    };

    private static HoleForm? OfName(ITypeSymbol type) => $"{type.ContainingNamespace}.{type.MetadataName}" switch
    {
        "System.Int128" or "System.UInt128" or "System.Numerics.BigInteger" => new(HoleKind.Integer, false),
        "System.Half" => new(HoleKind.Real, false),
        "System.Guid" => new(HoleKind.Fixed, false),
        "System.DateTimeOffset" or "System.DateOnly" or "System.TimeOnly" => new(HoleKind.Fixed, false, "\"O\""),
        "System.TimeSpan" => new(HoleKind.Span, false, "\"c\""),
        "System.ReadOnlySpan`1" when ((INamedTypeSymbol)type).TypeArguments[0].SpecialType == SpecialType.System_Char => new(HoleKind.Text, false, SpanFormat),
        _ when type.IsRefLikeType => null,
        _ => type.AllInterfaces.Any(IsFormattable) || IsFormattable(type)
            ? new(HoleKind.Formatted, !type.IsValueType && type.NullableAnnotation != NullableAnnotation.NotAnnotated)
            : null,
    };

    private static bool IsFormattable(ITypeSymbol type) => type is { Name: "IFormattable", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private static bool IsHexOrEscape(char sign) => sign is '%' or >= '0' and <= '9' or >= 'A' and <= 'F';
}
