using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Strata.CodeFixes;

/// <summary>Replaces what a lambda captures by parts of a state: one variable by a parameter of its name, several by a tuple.</summary>
internal sealed class CaptureRewriter(SemanticModel model, ImmutableArray<ISymbol> captured) : CSharpSyntaxRewriter
{
    private const string Self = "self";

    private readonly bool _isTuple = captured.Length > 1;

    /// <summary>Whether the state is one variable, whose name stays.</summary>
    public bool KeepsName => !_isTuple && !IsThis(captured[0]);

    /// <summary>The name of the state's parameter.</summary>
    public string StateName => _isTuple ? "state" : IsThis(captured[0]) ? Self : captured[0].Name;

    /// <summary>What is passed as the state.</summary>
    public ExpressionSyntax StateExpression => SyntaxFactory.ParseExpression(
        _isTuple ? $"({string.Join(", ", captured.Select(static symbol => IsThis(symbol) ? $"{Self}: this" : symbol.Name))})" : IsThis(captured[0]) ? "this" : captured[0].Name);

    public override SyntaxNode? VisitThisExpression(ThisExpressionSyntax node) => Part(Self).WithTriviaFrom(node);

    public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) => VisitName(node) ?? base.VisitIdentifierName(node);

    public override SyntaxNode? VisitGenericName(GenericNameSyntax node) => VisitName(node) ?? base.VisitGenericName(node);

    private static bool IsThis(ISymbol symbol) => symbol is IParameterSymbol { IsThis: true };

    private ExpressionSyntax? VisitName(SimpleNameSyntax node)
    {
        if (model.GetSymbolInfo(node).Symbol is not { } symbol)
            return null;
        if (captured.Contains(symbol, SymbolEqualityComparer.Default))
            return KeepsName ? null : Part(node.Identifier.Text).WithTriviaFrom(node);
        return IsImplicitMember(node, symbol)
            ? SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Part(Self), node.WithoutTrivia()).WithTriviaFrom(node)
            : null;
    }

    /// <summary>Whether a name stands for a member of <c>this</c>, which is not written.</summary>
    private static bool IsImplicitMember(SimpleNameSyntax node, ISymbol symbol) =>
        symbol is IFieldSymbol or IPropertySymbol or IEventSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary } && !symbol.IsStatic
        && node.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Name != node,
            MemberBindingExpressionSyntax or NameColonSyntax or NameEqualsSyntax or QualifiedNameSyntax => false,
            AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left != node,
            SubpatternSyntax => false,
            _ => true,
        };

    private ExpressionSyntax Part(string name) => SyntaxFactory.ParseExpression(_isTuple ? $"{StateName}.{name}" : StateName);
}
