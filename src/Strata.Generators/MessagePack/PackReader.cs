using Microsoft.CodeAnalysis;
using Strata.Generators.Symbols;

namespace Strata.Generators.MessagePack;

/// <summary>Reads the contracts of one class from the compilation. It lives during one call only.</summary>
internal sealed partial class PackReader(Compilation compilation, INamedTypeSymbol context)
{
    private readonly Dictionary<string, string> _formatNames = [];
    private readonly List<PackFormat> _formats = [];
    private Location? _place;

    /// <summary>What is wrong. When there is anything, the model is not complete.</summary>
    public List<Diagnostic> Problems { get; } = [];

    public static bool IsSerializable(AttributeData attribute) => attribute.AttributeClass.Is("Strata.Payloads.MessagePack", "MessagePackSerializableAttribute");

    public PackContext Read()
    {
        var serializers = new List<PackSerializer>();
        foreach (AttributeData attribute in context.GetAttributes().Where(IsSerializable))
        {
            if (attribute.ConstructorArguments.FirstOrDefault().Value is not ITypeSymbol type)
                continue;
            _place = attribute.Location();
            string name = PropertyOf(attribute, type);
            if (name == context.Name.Escaped() || serializers.Any(other => other.Property == name))
                Report(PackRules.NameTaken, null, name);
            if (FormatOf(type, type, null) is { } format)
                serializers.Add(new(IsPublic(type) ? "public" : "internal", name, Display(type), format));
        }

        for (INamedTypeSymbol? type = context; type is not null; type = type.ContainingType)
        {
            if (type.IsGenericType)
                Report(PackRules.GenericContext, null, Display(context));
        }

        return new(TypeScope.Inside(context), context.ToDisplayString() + ".MessagePack.g.cs", serializers.ToEquatableArray(), _formats.ToEquatableArray());
    }

    /// <summary>The name of the property that an attribute asks for.</summary>
    public static string PropertyOf(AttributeData attribute, ITypeSymbol type) => (attribute.NamedText("Name") ?? NameOf(type)).Escaped();

    private static bool IsPublic(ITypeSymbol? type) => type switch
    {
        null => true,
        IArrayTypeSymbol array => IsPublic(array.ElementType),
        INamedTypeSymbol named => named.DeclaredAccessibility == Accessibility.Public && IsPublic(named.ContainingType) && named.TypeArguments.All(IsPublic),
        _ => false,
    };

    private static string Display(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>A name for the property of a type: ListUser for a list of users.</summary>
    private static string NameOf(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => NameOf(array.ElementType) + "Array",
        INamedTypeSymbol named => named.Name + string.Concat(named.TypeArguments.Select(NameOf)),
        _ => type.Name,
    };

    /// <summary>Reports at a symbol of this compilation, or else where the serializer is asked for.</summary>
    private void Report(DiagnosticDescriptor rule, ISymbol? symbol, params object[] arguments)
    {
        Location? place = symbol?.Locations.FirstOrDefault(location => location.SourceTree is { } tree && compilation.ContainsSyntaxTree(tree)) ?? _place;
        Problems.Add(Diagnostic.Create(rule, place, arguments));
    }

    private bool IsReachable(ISymbol? symbol) => symbol is not null && compilation.IsSymbolAccessibleWithin(symbol, context);
}
