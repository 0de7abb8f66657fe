namespace Strata.Generators.MessagePack;

/// <summary>One member of a contract, or one element of a tuple.</summary>
/// <param name="Order">Its place in the array.</param>
/// <param name="Name">Its name, as C# writes it.</param>
/// <param name="Type">Its type.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Setting">How it is set.</param>
/// <param name="Parameter">The parameter that sets it, or empty.</param>
/// <param name="Default">What it is when the payload has no such element, as C# writes it.</param>
internal sealed record PackMember(int Order, string Name, string Type, string Format, PackSetting Setting, string Parameter, string Default);
