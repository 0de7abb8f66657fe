using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Strata.Generators.Analyzers;

/// <summary>
/// Reports tokens that are forgotten: in a call of the cache, the method's own; in a factory, that of the load. And tokens that a factory should not use: a load goes on while anybody waits for it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TokenAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property of a report that holds the expression to pass; empty when there is none to name.</summary>
    internal const string Expression = "Expression";

    /// <summary>The property of a report that holds the name of the parameter; empty when an overload has to be called.</summary>
    internal const string Parameter = "Parameter";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.MissingToken, Rules.ForeignToken];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterOperationAction(static operation => Check(operation, (IInvocationOperation)operation.Operation), OperationKind.Invocation);
    }

    private static void Check(OperationAnalysisContext context, IInvocationOperation call)
    {
        IAnonymousFunctionOperation? factory = CacheCalls.FactoryAround(call);
        if (factory is null && !CacheCalls.IsOfCache(call))
            return;
        string? expected = factory is not null ? OfLoad(factory) : (context.ContainingSymbol as IMethodSymbol)?.Parameters.FirstOrDefault(static parameter => CacheCalls.IsToken(parameter.Type))?.Name;
        if (expected is null || (factory is null && IsInFunction(call)))
            return;

        if (factory is not null && call.Arguments.FirstOrDefault(argument => IsForeign(argument, factory)) is { } foreign)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.ForeignToken, foreign.Value.Syntax.GetLocation(), With(expected, ""), Described(expected)));
            return;
        }

        IArgumentOperation? left = call.Arguments.FirstOrDefault(static argument => argument.ArgumentKind == ArgumentKind.DefaultValue && argument.Parameter is { } parameter && CacheCalls.IsToken(parameter.Type));
        bool hasOverload = left is null && !call.Arguments.Any(static argument => argument.Parameter is { } parameter && CacheCalls.IsToken(parameter.Type)) && HasOverloadWithToken(call.TargetMethod);
        if (left is not null || hasOverload)
            context.ReportDiagnostic(Diagnostic.Create(Rules.MissingToken, call.Syntax.GetLocation(), With(expected, left?.Parameter?.Name ?? ""), call.TargetMethod.Name, Described(expected)));
    }

    private static string OfLoad(IAnonymousFunctionOperation factory) => CacheCalls.LoadContext(factory) is { Name: not "_" } load ? $"{load.Name}.CancellationToken" : "";

    private static string Described(string expected) => expected.Length > 0 ? $"'{expected}'" : "the load's CancellationToken";

    private static ImmutableDictionary<string, string?> With(string expression, string parameter) =>
        ImmutableDictionary<string, string?>.Empty.Add(Expression, expression).Add(Parameter, parameter);

    /// <summary>A lambda or local function may be called at another time, with another token.</summary>
    private static bool IsInFunction(IOperation operation)
    {
        for (IOperation? outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation or ILocalFunctionOperation)
                return true;
        }

        return false;
    }

    /// <summary>Whether a token comes from outside the factory, by capture or as its state.</summary>
    private static bool IsForeign(IArgumentOperation argument, IAnonymousFunctionOperation factory) =>
        argument.ArgumentKind == ArgumentKind.Explicit && argument.Parameter is { } parameter && CacheCalls.IsToken(parameter.Type) && argument.Value switch
        {
            IParameterReferenceOperation => true,
            ILocalReferenceOperation local => !factory.Syntax.Span.Contains(local.Local.Locations[0].SourceSpan),
            IFieldReferenceOperation { Instance: IParameterReferenceOperation { Parameter: var state } } => factory.Symbol.Parameters.Contains(state, SymbolEqualityComparer.Default),
            _ => false,
        };

    private static bool HasOverloadWithToken(IMethodSymbol method) => method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().Any(other =>
        other.Parameters.Length == method.OriginalDefinition.Parameters.Length + 1 && other.IsStatic == method.IsStatic && other.Arity == method.Arity && CacheCalls.IsToken(other.Parameters[other.Parameters.Length - 1].Type)
        && other.Parameters.Zip(method.OriginalDefinition.Parameters, static (theirs, ours) => SymbolEqualityComparer.Default.Equals(theirs.Type, ours.Type)).All(static same => same));
}
