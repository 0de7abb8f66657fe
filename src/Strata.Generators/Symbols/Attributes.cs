using Microsoft.CodeAnalysis;

namespace Strata.Generators.Symbols;

/// <summary>Reads attributes.</summary>
internal static class Attributes
{
    public static AttributeData? Find(this ISymbol symbol, string @namespace, string name) => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass.Is(@namespace, name));

    public static INamedTypeSymbol? NamedType(this AttributeData attribute, string name) => attribute.Named(name) is { Kind: TypedConstantKind.Type, Value: INamedTypeSymbol type } ? type : null;

    public static string? NamedText(this AttributeData attribute, string name) => attribute.Named(name)?.Value as string;

    public static IReadOnlyList<string> NamedTexts(this AttributeData attribute, string name) =>
        attribute.Named(name) is { Kind: TypedConstantKind.Array, IsNull: false } array ? [.. array.Values.Select(static value => value.Value as string ?? "")] : [];

    public static Location? Location(this AttributeData attribute) => attribute.ApplicationSyntaxReference is { } reference ? reference.SyntaxTree.GetLocation(reference.Span) : null;

    private static TypedConstant? Named(this AttributeData attribute, string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in attribute.NamedArguments)
        {
            if (argument.Key == name)
                return argument.Value;
        }

        return null;
    }
}
