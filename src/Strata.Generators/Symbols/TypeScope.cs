using Microsoft.CodeAnalysis;

namespace Strata.Generators.Symbols;

/// <summary>Where a partial declaration goes: a namespace and the headers of the types around it, outermost first.</summary>
internal readonly record struct TypeScope(string Namespace, EquatableArray<string> Types)
{
    /// <summary>The scope inside a type.</summary>
    public static TypeScope Inside(INamedTypeSymbol? type)
    {
        string @namespace = type is null || type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString();
        var types = new Stack<string>();
        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
            types.Push($"partial {Keyword(outer)} {outer.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat.WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters))}");
        return new(@namespace, types.ToEquatableArray());
    }

    public void Open(GeneratedSource source)
    {
        if (Namespace.Length > 0)
            source.Open($"namespace {Namespace}");
        foreach (string type in Types)
            source.Open(type);
    }

    public void Close(GeneratedSource source)
    {
        for (int depth = Types.Count + (Namespace.Length > 0 ? 1 : 0); depth > 0; depth--)
            source.Close();
    }

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { IsRecord: true, IsValueType: true } => "record struct",
        { IsRecord: true } => "record",
        { TypeKind: TypeKind.Struct } => "struct",
        { TypeKind: TypeKind.Interface } => "interface",
        _ => "class",
    };
}
