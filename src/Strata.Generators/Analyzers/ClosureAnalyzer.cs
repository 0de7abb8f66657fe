using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Strata.Generators.Analyzers;

/// <summary>Reports factories that capture variables, where state could be passed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ClosureAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.Closure];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(static operation => Check(operation, (IInvocationOperation)operation.Operation), OperationKind.Invocation);
    }

    /// <summary>What a lambda captures, <c>this</c> among it, in the order of declaration.</summary>
    internal static ImmutableArray<ISymbol> Captured(SemanticModel model, SyntaxNode lambda)
    {
        DataFlowAnalysis? flow = model.AnalyzeDataFlow(lambda);
        return flow is { Succeeded: true }
            ? [.. flow.CapturedInside.Where(symbol => !lambda.Span.Contains(symbol.Locations.FirstOrDefault()?.SourceSpan ?? default) || symbol is IParameterSymbol { IsThis: true })]
            : [];
    }

    private static void Check(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (CacheCalls.Factory(call) is not { } factory || factory.Symbol.IsStatic || factory.SemanticModel is not { } model)
            return;
        ImmutableArray<ISymbol> captured = Captured(model, factory.Syntax);
        if (captured.Length > 0)
            context.ReportDiagnostic(Diagnostic.Create(Rules.Closure, factory.Syntax.GetLocation(), string.Join(", ", captured.Select(static symbol => $"'{symbol.Name}'"))));
    }
}
