using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Strata.Generators.Symbols;

namespace Strata.Generators.Analyzers;

/// <summary>Recognizes calls of the cache and the factories they are given.</summary>
internal static class CacheCalls
{
    public static bool IsOfCache(IInvocationOperation call) => call.TargetMethod.ContainingType.Is("Strata", "TieredCache");

    public static bool IsToken(ITypeSymbol type) => type.Is("System.Threading", "CancellationToken");

    /// <summary>The lambda that is given as a factory, or <c>null</c>.</summary>
    public static IAnonymousFunctionOperation? Factory(IInvocationOperation call) => !IsOfCache(call) ? null : call.Arguments
        .Where(static argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate)
        .Select(static argument => argument.Value is IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda } ? lambda : null)
        .FirstOrDefault(static lambda => lambda is not null && LoadContext(lambda) is not null);

    /// <summary>The parameter of a factory that tells it about the load.</summary>
    public static IParameterSymbol? LoadContext(IAnonymousFunctionOperation lambda) =>
        lambda.Symbol.Parameters.LastOrDefault(static parameter => parameter.Type.Is("Strata.Entries", "LoadContext"));

    /// <summary>The factory an operation is in, and no other function between; or <c>null</c>.</summary>
    public static IAnonymousFunctionOperation? FactoryAround(IOperation operation)
    {
        for (IOperation? outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is ILocalFunctionOperation)
                return null;
            if (outer is IAnonymousFunctionOperation lambda)
                return lambda.Parent?.Parent?.Parent is IInvocationOperation call && Factory(call) == lambda ? lambda : null;
        }

        return null;
    }
}
