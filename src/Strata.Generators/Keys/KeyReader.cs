using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Strata.Generators.Symbols;
using Strata.Generators.Values;

namespace Strata.Generators.Keys;

/// <summary>Reads a declaration with [CacheKey].</summary>
internal static class KeyReader
{
    public const string AttributeName = "Strata.CacheKeyAttribute";

    /// <summary>The model of a builder, or <c>null</c> when something is wrong, which is reported.</summary>
    public static KeyModel? Read(ISymbol symbol, Report report)
    {
        if (symbol.Find("Strata", "CacheKeyAttribute") is not { } attribute || attribute.ConstructorArguments.FirstOrDefault().Value is not string template)
            return null;
        return symbol switch
        {
            IMethodSymbol method => ReadMethod(method, attribute, template, report),
            INamedTypeSymbol type => ReadStruct(type, attribute, template, report),
            _ => null,
        };
    }

    private static KeyModel? ReadMethod(IMethodSymbol method, AttributeData attribute, string template, Report report)
    {
        ITypeSymbol? value = method.ReturnType.Is("Strata", "CacheKey`1") ? ((INamedTypeSymbol)method.ReturnType).TypeArguments[0] : null;
        string? fault =
            !method.IsStatic || !method.IsPartialDefinition() ? "a method must be static and partial, without a body"
            : value is null && !method.ReturnType.Is("Strata", "CacheKey") ? "a method must return CacheKey or CacheKey<T>"
            : method.IsGenericMethod ? "a method must not have type parameters"
            : method.Parameters.Any(static parameter => parameter.RefKind is not (RefKind.None or RefKind.In)) ? "a parameter must not be ref or out"
            : null;
        if (fault is not null)
        {
            report(Rules.KeyShape, attribute.Location(), fault);
            return null;
        }

        string? payload = null;
        if (value is not null && (payload = ValuePayload.Find(value, [attribute], out string missing)) is null)
        {
            report(Rules.NoSerializer, attribute.Location(), value.ToDisplayString(), missing);
            return null;
        }

        if (Plan(method.Parameters, template, attribute, report) is not { } steps)
            return null;
        int overload = method.ContainingType.GetMembers(method.Name).IndexOf(method);
        return new(
            TypeScope.Inside(method.ContainingType), HintName(method.ContainingType, $"{method.Name}.{overload}"), Header(method), "", value?.FullNameNotNull(), payload,
            $"__payload{method.Name}{overload}", template, steps);
    }

    private static KeyModel? ReadStruct(INamedTypeSymbol type, AttributeData attribute, string template, Report report)
    {
        RecordDeclarationSyntax? declaration = type.DeclaringSyntaxReferences.Select(static reference => reference.GetSyntax()).OfType<RecordDeclarationSyntax>().FirstOrDefault(static node => node.ParameterList is not null);
        IMethodSymbol? constructor = type.InstanceConstructors.FirstOrDefault(one => one.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() == declaration));
        if (!type.IsRecord || !type.IsReadOnly || declaration is null || constructor is null || !declaration.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            report(Rules.KeyShape, attribute.Location(), "a struct must be a partial readonly record struct with primary parameters");
            return null;
        }

        if (Plan(constructor.Parameters, template, attribute, report) is not { } steps)
            return null;
        return new(TypeScope.Inside(type), HintName(type, "ToKey"), "", type.FullName(), null, null, "", template, steps);
    }

    /// <summary>Matches the holes of a template with parameters.</summary>
    private static EquatableArray<KeyStep>? Plan(ImmutableArray<IParameterSymbol> parameters, string template, AttributeData attribute, Report report)
    {
        ImmutableArray<KeyPart> parts = KeyTemplate.Parse(template, KeyTemplate.MaxKeyBytes, out string? fault);
        if (fault is not null)
        {
            report(Rules.Template, attribute.Location(), fault);
            return null;
        }

        bool isRight = true;
        var holes = new List<(string, HoleForm)>();
        foreach (KeyPart part in parts.Where(static part => part.IsHole))
        {
            if (parameters.FirstOrDefault(parameter => parameter.Name == part.Text) is not { } parameter)
                isRight = Fail(Rules.UnknownHole, attribute.Location(), part.Text, "");
            else if (HoleForm.Of(parameter.Type) is not { } form)
                isRight = Fail(Rules.UnkeyableType, parameter.Locations.FirstOrDefault(), parameter.Name, parameter.Type.ToDisplayString());
            else
                holes.Add((parameter.Name.Escaped(), form));
        }

        foreach (IParameterSymbol parameter in parameters.Where(parameter => !parts.Any(part => part.IsHole && part.Text == parameter.Name)))
            isRight = Fail(Rules.UnusedParameter, parameter.Locations.FirstOrDefault(), parameter.Name);
        return isRight ? KeyPlan.Make(parts, holes) : null;

        bool Fail(DiagnosticDescriptor rule, Location? location, params object[] arguments)
        {
            report(rule, location, arguments);
            return false;
        }
    }

    private static bool IsPartialDefinition(this IMethodSymbol method) => method.IsPartialDefinition;

    /// <summary>The implementing declaration repeats the modifiers and types of the defining one, but no default values.</summary>
    private static string Header(IMethodSymbol method)
    {
        IEnumerable<string> parameters = method.Parameters.Select((parameter, index) =>
            (method.IsExtensionMethod && index == 0 ? "this " : "") + (parameter.IsParams ? "params " : "") + (parameter.RefKind == RefKind.In ? "in " : "")
            + $"{parameter.Type.FullName()} {parameter.Name.Escaped()}");
        string accessibility = ((MethodDeclarationSyntax)method.DeclaringSyntaxReferences[0].GetSyntax()).Modifiers.ToString();
        return $"{accessibility} {method.ReturnType.FullName()} {method.Name.Escaped()}({string.Join(", ", parameters)})";
    }

    private static string HintName(INamedTypeSymbol type, string member) =>
        $"{type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat).Replace('<', '(').Replace('>', ')')}.{member}";
}
