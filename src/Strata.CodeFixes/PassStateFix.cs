using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Strata.Generators;
using Strata.Generators.Analyzers;

namespace Strata.CodeFixes;

/// <summary>Passes what a factory captures as its state, and makes the lambda static. Not offered when the call has a state already, or when the factory changes what it captures.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PassStateFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.Closure.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        SemanticModel model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        if (root.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<LambdaExpressionSyntax>() is not { Parent: ArgumentSyntax { Parent: ArgumentListSyntax arguments } factory } lambda
            || LoadParameter(lambda) is not { } load)
        {
            return;
        }

        ImmutableArray<ISymbol> captured = ClosureAnalyzer.Captured(model, lambda);
        if (captured.IsEmpty || model.AnalyzeDataFlow(lambda)!.WrittenInside.Any(symbol => captured.Contains(symbol, SymbolEqualityComparer.Default)))
            return;
        var rewriter = new CaptureRewriter(model, captured);
        if (lambda.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == rewriter.StateName) && !rewriter.KeepsName)
            return;

        ArgumentSyntax state = SyntaxFactory.Argument(rewriter.StateExpression);
        if (factory.NameColon is not null)
            state = state.WithNameColon(SyntaxFactory.NameColon("state").WithTrailingTrivia(SyntaxFactory.Space));
        int at = arguments.Arguments.IndexOf(factory);
        LambdaExpressionSyntax passed = SyntaxFactory
            .ParenthesizedLambdaExpression((CSharpSyntaxNode)rewriter.Visit(lambda.Body))
            .WithParameterList(SyntaxFactory.ParameterList(SyntaxFactory.SeparatedList(
                [SyntaxFactory.Parameter(SyntaxFactory.Identifier(rewriter.StateName)), SyntaxFactory.Parameter(SyntaxFactory.Identifier(load)).WithLeadingTrivia(SyntaxFactory.Space)])).WithTrailingTrivia(SyntaxFactory.Space))
            .WithArrowToken(lambda.ArrowToken)
            .WithModifiers(Modifiers(lambda));
        SyntaxNodeOrTokenList nodes = arguments.Arguments.Replace(factory, factory.WithExpression(passed)).GetWithSeparators();
        SyntaxToken comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        ArgumentListSyntax changed = arguments.WithArguments(SyntaxFactory.SeparatedList<ArgumentSyntax>(nodes.InsertRange(2 * at, [state.WithLeadingTrivia(factory.GetLeadingTrivia()), comma])));
        context.RegisterCodeFix(
            CodeAction.Create("Pass it as state to a static lambda", _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(arguments, changed))), nameof(PassStateFix)),
            context.Diagnostics);
    }

    /// <summary>The name of the only parameter; with a state there are two.</summary>
    private static string? LoadParameter(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter.Identifier.Text,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: { Count: 1 } parameters } => parameters[0].Identifier.Text,
        _ => null,
    };

    private static SyntaxTokenList Modifiers(LambdaExpressionSyntax lambda)
    {
        SyntaxToken isStatic = SyntaxFactory.Token(SyntaxKind.StaticKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword) ? SyntaxFactory.TokenList(isStatic, lambda.AsyncKeyword.WithLeadingTrivia()) : SyntaxFactory.TokenList(isStatic);
    }
}
