using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Strata.Generators.Symbols;

namespace Strata.Generators.Analyzers;

/// <summary>Reports calls of asynchronous verbs that nobody awaits. One that is given to <c>_</c> is meant so.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DroppedTaskAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.DroppedTask];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(
            static context =>
            {
                if (((IExpressionStatementOperation)context.Operation).Operation is IInvocationOperation call && CacheCalls.IsOfCache(call)
                    && (call.Type.Is("System.Threading.Tasks", "ValueTask") || call.Type.Is("System.Threading.Tasks", "ValueTask`1")))
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.DroppedTask, call.Syntax.GetLocation(), call.TargetMethod.Name));
                }
            },
            OperationKind.ExpressionStatement);
    }
}
