using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Strata.Generators.Symbols;

namespace Strata.Generators.MessagePack;

internal sealed partial class PackReader
{
    private const string DataContract = "DataContractAttribute";
    private const string DataMember = "DataMemberAttribute";
    private const string IgnoreDataMember = "IgnoreDataMemberAttribute";
    private const int MaxOrder = 1023;

    private static AttributeData? Attribute(ISymbol symbol, string name) => symbol.Find("System.Runtime.Serialization", name);

    private static ITypeSymbol TypeOf(ISymbol member) => member is IPropertySymbol property ? property.Type : ((IFieldSymbol)member).Type;

    /// <summary>The members of a contract by order, those of its bases included.</summary>
    private EquatableArray<PackMember> MembersOf(INamedTypeSymbol type)
    {
        var members = new SortedDictionary<int, ISymbol>();
        foreach (ISymbol member in DataMembersOf(type))
        {
            object? order = Attribute(member, DataMember)!.NamedArguments.FirstOrDefault(argument => argument.Key == "Order").Value.Value;
            ISymbol? same = members.Values.FirstOrDefault(other => other.Name == member.Name);
            int place = order as int? ?? -1;
            if (place is < 0 or > MaxOrder)
                Report(PackRules.NoOrder, member, member.Name);
            else if (same is not null || members.TryGetValue(place, out same))
                Report(PackRules.SameOrder, member, member.Name, same.Name);
            else if (!IsReadable(member))
                Report(PackRules.NotPublic, member, member.Name);
            else
                members.Add(place, member);
        }

        IMethodSymbol? constructor = ConstructorOf(type, members.Values);
        return members.Select(each => MemberOf(each.Key, each.Value, constructor)).ToEquatableArray();
    }

    private static IEnumerable<ISymbol> DataMembersOf(INamedTypeSymbol type)
    {
        IEnumerable<ISymbol> inherited = type.BaseType is { } parent ? DataMembersOf(parent) : [];
        return inherited.Concat(type.GetMembers().Where(static member =>
            member is IPropertySymbol or IFieldSymbol && Attribute(member, DataMember) is not null && Attribute(member, IgnoreDataMember) is null));
    }

    private static bool IsReadable(ISymbol member) => member switch
    {
        { IsStatic: true } or { DeclaredAccessibility: not Accessibility.Public } => false,
        IPropertySymbol property => property is { IsIndexer: false, GetMethod.DeclaredAccessibility: Accessibility.Public, RefKind: RefKind.None },
        _ => true,
    };

    private PackMember MemberOf(int order, ISymbol member, IMethodSymbol? constructor)
    {
        IParameterSymbol? parameter = constructor?.Parameters.FirstOrDefault(each => Sets(each, member));
        PackSetting setting = parameter is not null ? PackSetting.Parameter
            : member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true } ? PackSetting.Required
            : member is IPropertySymbol { SetMethod.IsInitOnly: true } ? PackSetting.Initializer
            : PackSetting.Afterwards;
        return new(order, member.Name.Escaped(), Display(TypeOf(member)), FormatOf(TypeOf(member), member, member) ?? "", setting, (parameter?.Name ?? "").Escaped(), DefaultOf(parameter));
    }

    private bool IsSettable(ISymbol member) => member switch
    {
        IPropertySymbol property => IsReachable(property.SetMethod),
        IFieldSymbol field => !field.IsReadOnly && !field.IsConst,
        _ => false,
    };

    private static bool Sets(IParameterSymbol parameter, ISymbol member) =>
        parameter.RefKind == RefKind.None && string.Equals(parameter.Name, member.Name, StringComparison.OrdinalIgnoreCase)
        && SymbolEqualityComparer.Default.Equals(parameter.Type, TypeOf(member));

    /// <summary>The constructor with the fewest parameters, all of them members, that sets what cannot be set otherwise.</summary>
    private IMethodSymbol? ConstructorOf(INamedTypeSymbol type, ICollection<ISymbol> members)
    {
        IMethodSymbol[] usable =
        [
            .. from constructor in type.InstanceConstructors
               where IsReachable(constructor) && constructor.Parameters.All(parameter => members.Any(member => Sets(parameter, member)))
               orderby constructor.Parameters.Length
               select constructor,
        ];
        bool isWhole = RequiredOf(type).All(required => members.Any(member => member.Name == required.Name));
        if (type.IsAbstract || type.IsRefLikeType || !IsReachable(type) || usable.Length == 0 || !isWhole)
        {
            Report(PackRules.NotConstructible, type, type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat));
            return null;
        }

        ISymbol[] readOnly = [.. members.Where(member => !IsSettable(member))];
        IMethodSymbol? chosen = usable.FirstOrDefault(constructor => readOnly.All(member => constructor.Parameters.Any(parameter => Sets(parameter, member))));
        if (chosen is not null)
            return chosen;
        foreach (ISymbol member in readOnly.Where(member => !usable.Any(constructor => constructor.Parameters.Any(parameter => Sets(parameter, member)))).DefaultIfEmpty(readOnly[0]))
            Report(PackRules.NotPublic, member, member.Name);
        return null;
    }

    private static IEnumerable<ISymbol> RequiredOf(INamedTypeSymbol? type) => type is null ? [] :
        RequiredOf(type.BaseType).Concat(type.GetMembers().Where(static member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }));

    private static string DefaultOf(IParameterSymbol? parameter)
    {
        if (parameter is not { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value })
            return "default";
        return value switch
        {
            double.NaN or double.PositiveInfinity or double.NegativeInfinity or float.NaN or float.PositiveInfinity or float.NegativeInfinity => "default",
            decimal number => number.ToString(CultureInfo.InvariantCulture) + "m",
            float number => number.ToString("R", CultureInfo.InvariantCulture) + "f",
            ulong number => number.ToString(CultureInfo.InvariantCulture) + "ul",
            _ => $"({Display(parameter.Type)})({SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)})",
        };
    }
}
