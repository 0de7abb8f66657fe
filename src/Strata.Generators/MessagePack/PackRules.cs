using Microsoft.CodeAnalysis;

namespace Strata.Generators.MessagePack;

/// <summary>What can be wrong with a contract.</summary>
internal static class PackRules
{
    public static readonly DiagnosticDescriptor UnknownType = Rule("STRATA201", "Type has no MessagePack form",
        "'{0}' is of type '{1}', which has no MessagePack form here: use a [DataContract] type, a number, text, byte[], a time, an enum, or an array, list, set, dictionary or tuple of these");

    public static readonly DiagnosticDescriptor NoOrder = Rule("STRATA202", "Member has no order",
        "'{0}' needs [DataMember(Order = n)] with n from 0 to 1023: it is the member's place in the array");

    public static readonly DiagnosticDescriptor SameOrder = Rule("STRATA203", "Two members share a place",
        "'{0}' has the order or the name of '{1}': each member needs its own");

    public static readonly DiagnosticDescriptor NotPublic = Rule("STRATA204", "Member cannot be read or set",
        "'{0}' needs a public getter, and a setter or a constructor parameter of the same name and type");

    public static readonly DiagnosticDescriptor NotConstructible = Rule("STRATA205", "Contract cannot be constructed",
        "'{0}' cannot be constructed from its members: it must not be abstract or out of reach, and needs a constructor whose parameters, and no other required members, are members with an order");

    public static readonly DiagnosticDescriptor NameTaken = Rule("STRATA206", "Serializer has no name of its own",
        "'{0}' would be the name of two serializers, or is the name of the class: give another by Name");

    public static readonly DiagnosticDescriptor GenericContext = Rule("STRATA207", "Class of serializers is generic",
        "'{0}' has type parameters, or is inside a type that has: serializers need a class without");

    private static DiagnosticDescriptor Rule(string id, string title, string message) => new(id, title, message, "Strata", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
