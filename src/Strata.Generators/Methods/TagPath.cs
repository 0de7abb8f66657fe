using Microsoft.CodeAnalysis;
using Strata.Generators.Symbols;

namespace Strata.Generators.Methods;

/// <summary>Resolves what stands in the hole of a tag: a parameter, or a property of one, and so on.</summary>
internal static class TagPath
{
    /// <summary>The type at the end of a path such as <c>user.Tenant.Id</c>, or <c>null</c> when it leads nowhere.</summary>
    public static ITypeSymbol? Find(IMethodSymbol method, string path, out string expression)
    {
        string[] names = path.Split('.');
        IParameterSymbol? parameter = method.Parameters.FirstOrDefault(parameter => parameter.Name == names[0] && parameter.RefKind != RefKind.Out && !MethodShape.IsToken(parameter));
        ITypeSymbol? type = parameter?.Type;
        expression = names[0].Escaped();
        foreach (string name in names.Skip(1))
        {
            type = type is null ? null : Member(type, name);
            expression += "." + name.Escaped();
        }

        return type;
    }

    private static ITypeSymbol? Member(ITypeSymbol type, string name)
    {
        IEnumerable<ITypeSymbol> types = type.TypeKind == TypeKind.Interface ? [type, .. type.AllInterfaces] : Bases(type);
        return types.SelectMany(each => each.GetMembers(name)).Select(static member => member switch
        {
            IPropertySymbol { IsStatic: false, GetMethod: not null } property => property.Type,
            IFieldSymbol { IsStatic: false } field => field.Type,
            _ => null,
        }).FirstOrDefault(static found => found is not null);
    }

    private static IEnumerable<ITypeSymbol> Bases(ITypeSymbol type)
    {
        for (ITypeSymbol? each = type; each is not null; each = each.BaseType)
            yield return each;
    }
}
