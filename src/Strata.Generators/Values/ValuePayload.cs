using Microsoft.CodeAnalysis;
using Strata.Generators.MessagePack;
using Strata.Generators.Symbols;

namespace Strata.Generators.Values;

/// <summary>Finds how values of a type are written.</summary>
internal static class ValuePayload
{
    private const string Payloads = "global::Strata.Payloads";

    /// <summary>The type of a serializer of a type, as generated code writes it.</summary>
    public static string SerializerType(ITypeSymbol type) => $"{Payloads}.IPayloadSerializer<{type.FullNameNotNull()}>";

    /// <summary>An expression that makes the serializer, or <c>null</c> and a reason.</summary>
    /// <param name="type">The type of the values.</param>
    /// <param name="attributes">Attributes that may name a context or a serializer, the nearest first.</param>
    /// <param name="fault">Why there is none.</param>
    public static string? Find(ITypeSymbol type, IEnumerable<AttributeData> attributes, out string fault)
    {
        fault = "";
        // Plain values need nothing; what an attribute on the type says for all methods is meant for the others.
        string? own = OfPlain(type);
        foreach (AttributeData attribute in attributes)
        {
            if (attribute.NamedType("Serializer") is { } serializer)
                return OfSerializer(type, serializer, out fault);
            if (own is null && attribute.NamedType("Json") is { } context)
                return OfContext(type, context, out fault);
            if (own is null && attribute.NamedType("Pack") is { } pack)
                return OfPack(type, pack, out fault);
        }

        if (own is null)
            fault = "name the JSON context that knows it, as in Json = typeof(AppJson), a class of MessagePack serializers, as in Pack = typeof(AppPack), or a Serializer";
        return own;
    }

    private static string? OfPlain(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_String)
            return $"{Payloads}.PayloadSerializer.Utf8";
        if (type is IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte })
            return $"{Payloads}.PayloadSerializer.Bytes";
        bool isUnmanaged = type is { IsUnmanagedType: true, TypeKind: not (TypeKind.TypeParameter or TypeKind.Pointer or TypeKind.FunctionPointer), OriginalDefinition.SpecialType: not SpecialType.System_Nullable_T };
        return isUnmanaged ? $"{Payloads}.PayloadSerializer.Unmanaged<{type.FullName()}>()" : null;
    }

    private static string? OfSerializer(ITypeSymbol type, INamedTypeSymbol serializer, out string fault)
    {
        fault = "";
        bool reads = serializer.AllInterfaces.Any(face => face.Is("Strata.Payloads", "IPayloadSerializer`1") && SymbolEqualityComparer.Default.Equals(face.TypeArguments[0], type));
        if (!reads)
            fault = $"{serializer.ToDisplayString()} is no IPayloadSerializer<{type.ToDisplayString()}>";
        else if (serializer.IsAbstract || !serializer.InstanceConstructors.Any(static constructor => constructor.Parameters.IsEmpty && constructor.DeclaredAccessibility >= Accessibility.Internal))
            fault = $"{serializer.ToDisplayString()} has no constructor without parameters to call";
        return fault.Length == 0 ? $"new {serializer.FullNameNotNull()}()" : null;
    }

    private static string? OfContext(ITypeSymbol type, INamedTypeSymbol context, out string fault)
    {
        fault = "";
        bool isKnown = context.GetAttributes().Any(attribute =>
            attribute.AttributeClass.Is("System.Text.Json.Serialization", "JsonSerializableAttribute")
            && attribute.ConstructorArguments.FirstOrDefault().Value is ITypeSymbol known && SymbolEqualityComparer.Default.Equals(known, type));
        if (!isKnown)
        {
            fault = $"put [JsonSerializable(typeof({type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}))] on {context.Name}";
            return null;
        }

        // Asked by type, since the name of the property may be the user's own.
        return $"{Payloads}.PayloadSerializer.Json((global::System.Text.Json.Serialization.Metadata.JsonTypeInfo<{type.FullNameNotNull()}>){context.FullNameNotNull()}.Default.GetTypeInfo(typeof({type.FullNameNotNull()}))!)";
    }

    private static string? OfPack(ITypeSymbol type, INamedTypeSymbol pack, out string fault)
    {
        AttributeData? asked = pack.GetAttributes().FirstOrDefault(attribute =>
            PackReader.IsSerializable(attribute) && SymbolEqualityComparer.Default.Equals(attribute.ConstructorArguments.FirstOrDefault().Value as ITypeSymbol, type));
        fault = asked is null ? $"put [MessagePackSerializable(typeof({type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}))] on {pack.Name}" : "";
        return asked is null ? null : $"{pack.FullNameNotNull()}.{PackReader.PropertyOf(asked, type)}";
    }
}
