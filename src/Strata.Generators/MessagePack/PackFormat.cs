namespace Strata.Generators.MessagePack;

/// <summary>One format to be generated.</summary>
/// <param name="Name">The name of its struct.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Type">The type of the values.</param>
/// <param name="Number">The type of the number behind an enum, else empty.</param>
/// <param name="Members">The members by order, or the elements of a tuple.</param>
internal sealed record PackFormat(string Name, PackFormatKind Kind, string Type, string Number, EquatableArray<PackMember> Members);
