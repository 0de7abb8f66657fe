namespace Strata.Generators.MessagePack;

/// <summary>One serializer, which is a property of the class.</summary>
/// <param name="Access">Who sees the property: no more than see the type.</param>
/// <param name="Property">Its name.</param>
/// <param name="Type">The type of the values.</param>
/// <param name="Format">How they are written.</param>
internal sealed record PackSerializer(string Access, string Property, string Type, string Format);
