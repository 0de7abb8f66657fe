using Microsoft.CodeAnalysis;

namespace Strata.Generators.MessagePack;

internal sealed partial class PackReader
{
    private const string Room = "global::Strata.Payloads.MessagePack.Formats.";
    private const string Scalar = Room + "ScalarFormat";
    private const int MaxTupleElements = 7;

    /// <summary>The format of a type as C# writes it, or null when it has none, which is reported.</summary>
    /// <param name="type">The type.</param>
    /// <param name="user">Who has a value of the type.</param>
    /// <param name="place">Where to report, or null for the attribute.</param>
    private string? FormatOf(ITypeSymbol type, ISymbol user, ISymbol? place)
    {
        if (IsScalar(type))
            return Scalar;
        string? format = type switch
        {
            IArrayTypeSymbol { Rank: 1 } array => Of("ArrayFormat", array.ElementType),
            INamedTypeSymbol { TypeKind: TypeKind.Enum } named => Named(named, user, place),
            INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Length <= MaxTupleElements ? Named(tuple, user, place) : null,
            INamedTypeSymbol { IsGenericType: true, IsUnboundGenericType: false } generic when CollectionOf(generic) is { } collection => Of(collection, [.. generic.TypeArguments]),
            INamedTypeSymbol { IsUnboundGenericType: false, TypeKind: TypeKind.Class or TypeKind.Struct } named when Attribute(named, DataContract) is not null => Named(named, user, place),
            _ => null,
        };
        if (format is null)
            Report(PackRules.UnknownType, place, user.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat), type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
        return format == "" ? null : format;

        // Empty when an argument has no format: that is reported already.
        string Of(string name, params ITypeSymbol[] arguments)
        {
            string[] formats = [.. arguments.Select(argument => FormatOf(argument, user, place) ?? "")];
            return formats.Contains("") ? "" : $"{Room}{name}<{string.Join(", ", arguments.Zip(formats, (argument, format) => $"{Display(argument)}, {format}"))}>";
        }
    }

    /// <summary>The format for a generic type of the framework. Lists of bytes have none: MessagePack-CSharp has written them in two ways.</summary>
    private static string? CollectionOf(INamedTypeSymbol type) => DefinitionOf(type) switch
    {
        "System.Nullable<T>" => "NullableFormat",
        "System.Collections.Generic.List<T>" or "System.Collections.Generic.IList<T>" or "System.Collections.Generic.IReadOnlyList<T>" when !IsOfBytes(type) => "ListFormat",
        "System.Collections.Immutable.ImmutableArray<T>" when !IsOfBytes(type) => "ArrayFormat",
        "System.Collections.Generic.HashSet<T>" => "HashSetFormat",
        "System.Collections.Generic.Dictionary<TKey, TValue>" or "System.Collections.Generic.IDictionary<TKey, TValue>"
            or "System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>" => "DictionaryFormat",
        _ => null,
    };

    private static bool IsScalar(ITypeSymbol type) => type switch
    {
        { SpecialType: >= SpecialType.System_Boolean and <= SpecialType.System_String or SpecialType.System_DateTime } => true,
        IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => true,
        INamedTypeSymbol { IsGenericType: true } named => IsOfBytes(named) && DefinitionOf(named) is "System.Memory<T>" or "System.ReadOnlyMemory<T>",
        _ => type.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString() is "System.Guid" or "System.DateTimeOffset" or "System.TimeSpan" or "System.DateOnly" or "System.Half" or "System.Uri" or "System.Version",
    };

    private static string DefinitionOf(INamedTypeSymbol type) => type.OriginalDefinition.ToDisplayString();

    private static bool IsOfBytes(INamedTypeSymbol type) => type.TypeArguments.Length == 1 && type.TypeArguments[0].SpecialType == SpecialType.System_Byte;

    /// <summary>The format that is generated for a type. A type that refers to itself finds its name here before it is read completely.</summary>
    private string Named(INamedTypeSymbol type, ISymbol user, ISymbol? place)
    {
        string display = Display(type);
        if (_formatNames.TryGetValue(display, out string? known))
            return known;
        string name = string.Concat(display.Replace("global::", "").Select(character => char.IsLetterOrDigit(character) ? character : '_')) + "_Format";
        while (_formatNames.ContainsValue(name))
            name += "_";
        _formatNames.Add(display, name);
        _formats.Add(type switch
        {
            { TypeKind: TypeKind.Enum } => new(name, PackFormatKind.Enum, display, Display(type.EnumUnderlyingType!), default),
            { IsTupleType: true } => new(name, PackFormatKind.Tuple, display, "", ElementsOf(type, user, place)),
            _ => new(name, type.IsValueType ? PackFormatKind.Struct : PackFormatKind.Class, display, "", MembersOf(type)),
        });
        return name;
    }

    private EquatableArray<PackMember> ElementsOf(INamedTypeSymbol tuple, ISymbol user, ISymbol? place) => tuple.TupleElements
        .Select((element, index) => new PackMember(index, $"Item{index + 1}", Display(element.Type), FormatOf(element.Type, user, place) ?? "", PackSetting.Parameter, "", "default"))
        .ToEquatableArray();
}
