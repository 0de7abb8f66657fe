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

/// <summary>Passes the token that was forgotten, or the load's in place of a caller's.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PassTokenFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [Rules.MissingToken.Id, Rules.ForeignToken.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        Diagnostic found = context.Diagnostics[0];
        // A factory whose context has no name cannot pass it.
        if (found.Properties[TokenAnalyzer.Expression] is not { Length: > 0 } expression)
            return;
        SyntaxNode node = root.FindNode(context.Span, getInnermostNodeForTie: true);
        ExpressionSyntax token = SyntaxFactory.ParseExpression(expression);
        SyntaxNode changed;
        if (found.Id == Rules.ForeignToken.Id)
        {
            changed = root.ReplaceNode(node, token.WithTriviaFrom(node));
        }
        else if (node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call)
        {
            string parameter = found.Properties[TokenAnalyzer.Parameter]!;
            ArgumentSyntax argument = SyntaxFactory.Argument(token);
            if (parameter.Length > 0)
                argument = argument.WithNameColon(SyntaxFactory.NameColon(SyntaxFactory.IdentifierName(parameter)).WithTrailingTrivia(SyntaxFactory.Space));
            if (call.ArgumentList.Arguments.Count > 0)
                argument = argument.WithLeadingTrivia(SyntaxFactory.Space);
            changed = root.ReplaceNode(call, call.WithArgumentList(call.ArgumentList.AddArguments(argument)));
        }
        else
        {
            return;
        }

        context.RegisterCodeFix(CodeAction.Create($"Pass '{expression}'", _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), nameof(PassTokenFix)), found);
    }
}
