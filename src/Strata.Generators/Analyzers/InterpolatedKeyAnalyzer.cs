using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Strata.Generators.Keys;
using Strata.Generators.Symbols;

namespace Strata.Generators.Analyzers;

/// <summary>Reports keys put together from several texts, none of which is escaped.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InterpolatedKeyAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.UnescapedKey];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(static operation => Check(operation, operation.Operation), OperationKind.InterpolatedStringHandlerCreation, OperationKind.Conversion);
    }

    private static void Check(OperationAnalysisContext context, IOperation operation)
    {
        if (!operation.Type.Is("Strata", "CacheKey") || operation.SemanticModel is not { } model)
            return;
        // An interpolated string as an argument is a handler's; one that was first made a string is converted.
        SyntaxNode source = operation is IConversionOperation { OperatorMethod: not null } conversion ? conversion.Operand.Syntax
            : operation is IInterpolatedStringHandlerCreationOperation ? operation.Syntax : null!;
        if (source is null)
            return;
        ExpressionSyntax[] texts = [.. Pieces(source).Where(piece => IsText(model, piece, context.CancellationToken)).Take(2)];
        if (texts.Length == 2)
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnescapedKey, source.GetLocation(), texts[0], texts[1]));
    }

    private static IEnumerable<ExpressionSyntax> Pieces(SyntaxNode source) => source switch
    {
        ParenthesizedExpressionSyntax inner => Pieces(inner.Expression),
        InterpolatedStringExpressionSyntax text => text.Contents.OfType<InterpolationSyntax>().SelectMany(static hole => Pieces(hole.Expression)),
        BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) => Pieces(sum.Left).Concat(Pieces(sum.Right)),
        ExpressionSyntax expression => [expression],
        _ => [],
    };

    /// <summary>Whether a piece may be any text: no constant, no number, nothing of fixed form.</summary>
    private static bool IsText(SemanticModel model, ExpressionSyntax piece, CancellationToken cancellation) =>
        !model.GetConstantValue(piece, cancellation).HasValue && model.GetTypeInfo(piece, cancellation).Type is { } type
        && HoleForm.Of(type) is null or { Kind: HoleKind.Text or HoleKind.Formatted };
}
