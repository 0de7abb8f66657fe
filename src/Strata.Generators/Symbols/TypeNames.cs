using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Strata.Generators.Symbols;

/// <summary>Names as generated code writes them.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>The full name of a type, from <c>global::</c> on, with the nullable annotation of references.</summary>
    public static string FullName(this ITypeSymbol type) => type.ToDisplayString(Full);

    /// <summary>The full name of a type, without a nullable annotation of its own.</summary>
    public static string FullNameNotNull(this ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(Full);

    /// <summary>A name that is an identifier, also when it is a keyword.</summary>
    public static string Escaped(this string name) => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>The modifiers that say who may see a symbol.</summary>
    public static string AccessibilityText(this ISymbol symbol) => SyntaxFacts.GetText(symbol.DeclaredAccessibility);

    /// <summary>Whether a type is of this name and namespace; type parameters as metadata counts them: <c>Task`1</c>.</summary>
    public static bool Is(this ITypeSymbol? type, string @namespace, string metadataName) =>
        type is INamedTypeSymbol && type.MetadataName == metadataName && type.ContainingNamespace?.ToDisplayString() == @namespace;
}
