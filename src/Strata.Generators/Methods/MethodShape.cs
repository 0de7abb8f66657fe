using Microsoft.CodeAnalysis;
using Strata.Generators.Symbols;

namespace Strata.Generators.Methods;

/// <summary>Takes methods apart, and writes their declarations.</summary>
internal static class MethodShape
{
    /// <summary>How a method gives its result, and the type of it; <c>null</c> for none.</summary>
    public static (ResultKind Kind, ITypeSymbol? Value) Result(IMethodSymbol method)
    {
        const string Tasks = "System.Threading.Tasks";
        ITypeSymbol type = method.ReturnType;
        if (type.Is(Tasks, "Task`1") || type.Is(Tasks, "ValueTask`1"))
            return (type.Name == "Task" ? ResultKind.Task : ResultKind.ValueTask, ((INamedTypeSymbol)type).TypeArguments[0]);
        if (type.Is(Tasks, "Task") || type.Is(Tasks, "ValueTask"))
            return (type.Name == "Task" ? ResultKind.Task : ResultKind.ValueTask, null);
        return (ResultKind.Plain, method.ReturnsVoid ? null : type);
    }

    public static bool IsToken(IParameterSymbol parameter) => parameter.Type.Is("System.Threading", "CancellationToken");

    /// <summary>The explicit implementation's declaration, which inherits the constraints of type parameters.</summary>
    public static string Header(IMethodSymbol method, bool isAsync = false)
    {
        string header = (isAsync ? "async " : "") + (method.ReturnsByRef ? "ref " : method.ReturnsByRefReadonly ? "ref readonly " : "")
            + $"{method.ReturnType.FullName()} {method.ContainingType.FullName()}.{method.Name.Escaped()}{TypeParameters(method)}({string.Join(", ", method.Parameters.Select(Declaration))})";
        foreach (ITypeParameterSymbol parameter in method.TypeParameters)
        {
            // Without these, "T?" would be read as Nullable<T>.
            string? constraint = parameter.HasValueTypeConstraint ? "struct" : parameter.HasReferenceTypeConstraint ? "class" : header.Contains(parameter.Name + "?") ? "default" : null;
            if (constraint is not null)
                header += $" where {parameter.Name.Escaped()} : {constraint}";
        }

        return header;
    }

    /// <summary>A call that passes the parameters on.</summary>
    public static string Call(IMethodSymbol method, string target) =>
        $"{(method.ReturnsByRef || method.ReturnsByRefReadonly ? "ref " : "")}{target}.{method.Name.Escaped()}{TypeParameters(method)}({string.Join(", ", method.Parameters.Select(Argument))})";

    public static string Declaration(IParameterSymbol parameter) => $"{Modifier(parameter.RefKind)}{parameter.Type.FullName()} {parameter.Name.Escaped()}";

    public static string Argument(IParameterSymbol parameter) => $"{(parameter.RefKind == RefKind.RefReadOnlyParameter ? "in " : Modifier(parameter.RefKind))}{parameter.Name.Escaped()}";

    private static string Modifier(RefKind kind) => kind switch
    {
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        RefKind.In => "in ",
        RefKind.RefReadOnlyParameter => "ref readonly ",
        _ => "",
    };

    private static string TypeParameters(IMethodSymbol method) =>
        method.TypeParameters.IsEmpty ? "" : $"<{string.Join(", ", method.TypeParameters.Select(static parameter => parameter.Name.Escaped()))}>";
}
