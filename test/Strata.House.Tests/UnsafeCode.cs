using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Strata.House.Tests;

/// <summary>Finds what steps outside the type system: the keyword, and the members of the runtime that do the same without it.</summary>
internal static class UnsafeCode
{
    private static readonly HashSet<string> Types = ["Unsafe", "NativeMemory"];

    private static readonly HashSet<string> MarshalMembers =
        ["GetReference", "GetArrayDataReference", "CreateSpan", "CreateReadOnlySpan", "CreateReadOnlySpanFromNullTerminated", "AsRef"];

    /// <summary>The places in a C# source, as line and text. Comments and strings are not looked at.</summary>
    public static IEnumerable<string> Find(string source)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview));
        return
            from token in tree.GetRoot().DescendantTokens()
            where token.IsKind(SyntaxKind.UnsafeKeyword) || IsUnsafeName(token)
            select $"{token.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {token.Parent}";
    }

    private static bool IsUnsafeName(SyntaxToken token)
    {
        if (!token.IsKind(SyntaxKind.IdentifierToken) || token.Parent is not SimpleNameSyntax name)
            return false;
        // By their own names, wherever they stand: behind a dot, in a "using static", or as the target of an alias.
        return Types.Contains(name.Identifier.ValueText) || (MarshalMembers.Contains(name.Identifier.ValueText) && IsOfMarshal(name))
            || (name.Identifier.ValueText == "MemoryMarshal" && name.Ancestors().OfType<UsingDirectiveSyntax>().Any());
    }

    private static bool IsOfMarshal(SimpleNameSyntax name) =>
        name.Parent is MemberAccessExpressionSyntax access && access.Name == name && access.Expression.ToString().EndsWith("MemoryMarshal", StringComparison.Ordinal);
}
