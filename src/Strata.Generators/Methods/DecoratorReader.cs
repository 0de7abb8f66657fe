using Microsoft.CodeAnalysis;
using Strata.Generators.Symbols;

namespace Strata.Generators.Methods;

/// <summary>Reads an interface with cached methods, or a class that implements one.</summary>
internal static class DecoratorReader
{
    public const string AttributeName = "Strata.CachedAttribute";

    /// <summary>The methods of a type that carry the attribute, in order.</summary>
    public static IEnumerable<IMethodSymbol> CachedMethods(INamedTypeSymbol type) => type.GetMembers().OfType<IMethodSymbol>().Where(static method => Find(method) is not null);

    /// <summary>The model of a decorator, or <c>null</c> when there is none for this type. A method that cannot be cached is reported and passed on.</summary>
    public static DecoratorModel? Read(INamedTypeSymbol type, Compilation compilation, Report report)
    {
        Dictionary<ISymbol, AttributeData> attributes = new(SymbolEqualityComparer.Default);
        if (Face(type, attributes, out string? fault) is not { } face || (fault = FaceFault(face)) is not null)
        {
            foreach (IMethodSymbol method in CachedMethods(type))
                report(Rules.CachedType, Find(method)!.Location(), type.Name, fault!);
            return null;
        }

        var reader = new MethodReader(face, Find(type), report);
        var methods = new List<MethodModel>();
        var forwards = new List<string>();
        foreach (ISymbol member in Members(face))
        {
            MethodModel? cached = member is IMethodSymbol method && attributes.TryGetValue(method, out AttributeData attribute)
                ? reader.Read(method, attribute, $"{method.Name}{methods.Count}", attributes.Keys.Count(other => other.Name == method.Name) > 1)
                : null;
            if (cached is not null)
                methods.Add(cached);
            else if (Forward(member, SymbolEqualityComparer.Default.Equals(member.ContainingType, face)) is { } forward)
                forwards.Add(forward);
        }

        bool hasPrefix = type.TypeKind == TypeKind.Interface && type.Name.Length > 1 && type.Name[0] == 'I' && char.IsUpper(type.Name[1]);
        return new(
            $"{type.ToDisplayString()}.Cached", type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(), "Cached" + (hasPrefix ? type.Name.Substring(1) : type.Name),
            IsPublic(face) ? "public" : "internal", face.FullName(),
            reader.Payloads.ToEquatableArray(), methods.ToEquatableArray(), forwards.ToEquatableArray());
    }

    private static AttributeData? Find(ISymbol symbol) => symbol.Find("Strata", "CachedAttribute");

    /// <summary>The interface to decorate, with its methods to be cached and their attributes.</summary>
    private static INamedTypeSymbol? Face(INamedTypeSymbol type, Dictionary<ISymbol, AttributeData> attributes, out string? fault)
    {
        fault = null;
        if (type.TypeKind == TypeKind.Interface)
        {
            foreach (IMethodSymbol method in Members(type).OfType<IMethodSymbol>())
            {
                if (Find(method) is { } attribute)
                    attributes[method] = attribute;
            }

            return type;
        }

        foreach (IMethodSymbol method in CachedMethods(type))
        {
            IMethodSymbol[] declared = [.. type.AllInterfaces.SelectMany(static face => face.GetMembers()).OfType<IMethodSymbol>()
                .Where(member => SymbolEqualityComparer.Default.Equals(type.FindImplementationForInterfaceMember(member), method))];
            if (declared.Length != 1)
                fault = $"'{method.Name}' must implement a method of an interface, and of one only; the decorator stands in front of it";
            else
                attributes[declared[0]] = Find(method)!;
        }

        INamedTypeSymbol[] faces = [.. attributes.Keys.Select(static member => member.ContainingType).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default)];
        if (fault is null && faces.Length != 1)
            fault = "its methods with [Cached] implement several interfaces; put the attribute on the interfaces' own methods";
        if (fault is null && CachedMethods(faces[0]).Any())
            fault = "its interface has methods with [Cached] of its own; put the others there too";
        return fault is null ? faces[0] : null;
    }

    private static string? FaceFault(INamedTypeSymbol face)
    {
        for (INamedTypeSymbol? type = face; type is not null; type = type.ContainingType)
        {
            if (!type.TypeParameters.IsEmpty)
                return "it has type parameters";
            if (type.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal))
                return "the decorator stands beside it and could not see it; make it internal or public";
        }

        return face.AllInterfaces.Prepend(face).SelectMany(static each => each.GetMembers()).Any(static member => member.IsStatic && member.IsAbstract) ? "it has static abstract members"
            : Members(face).Any(static member => member is IPropertySymbol { SetMethod.IsInitOnly: true }) ? "it has an init-only property"
            : null;
    }

    /// <summary>What an implementer of the interface has to or may implement.</summary>
    private static IEnumerable<ISymbol> Members(INamedTypeSymbol face) =>
        face.AllInterfaces.Prepend(face).SelectMany(static each => each.GetMembers()).Where(static member => !member.IsStatic && (member.IsAbstract || member.IsVirtual)
            && member.DeclaredAccessibility == Accessibility.Public
            && member is IPropertySymbol or IEventSymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary, ExplicitInterfaceImplementations.IsEmpty: true });

    private static string? Forward(ISymbol member, bool isOwn)
    {
        string face = member.ContainingType.FullName();
        string inner = isOwn ? "_inner" : $"(({face})_inner)";
        switch (member)
        {
            case IMethodSymbol method:
                return $"{MethodShape.Header(method)} => {MethodShape.Call(method, inner)};";
            case IPropertySymbol property:
                string indices = string.Join(", ", property.Parameters.Select(MethodShape.Argument));
                string name = property.IsIndexer ? $"this[{string.Join(", ", property.Parameters.Select(MethodShape.Declaration))}]" : property.Name.Escaped();
                string value = property.IsIndexer ? $"{inner}[{indices}]" : $"{inner}.{property.Name.Escaped()}";
                string reference = property.ReturnsByRef ? "ref " : property.ReturnsByRefReadonly ? "ref readonly " : "";
                string get = property.GetMethod is null ? "" : $"get => {(reference.Length > 0 ? "ref " : "")}{value}; ";
                string set = property.SetMethod is null ? "" : $"set => {value} = value; ";
                return $"{reference}{property.Type.FullName()} {face}.{name} {{ {get}{set}}}";
            case IEventSymbol signal:
                string target = $"{inner}.{signal.Name.Escaped()}";
                return $"event {signal.Type.FullName()} {face}.{signal.Name.Escaped()} {{ add => {target} += value; remove => {target} -= value; }}";
            default:
                return null;
        }
    }

    private static bool IsPublic(INamedTypeSymbol face)
    {
        for (INamedTypeSymbol? type = face; type is not null; type = type.ContainingType)
        {
            if (type.DeclaredAccessibility != Accessibility.Public)
                return false;
        }

        return true;
    }
}
