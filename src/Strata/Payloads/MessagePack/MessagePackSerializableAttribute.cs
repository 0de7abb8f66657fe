namespace Strata.Payloads.MessagePack;

/// <summary>
/// On a <c>static partial</c> class: makes the compiler write a serializer for a type, as a static property of the class that is named after the type.
/// The generator that does so comes with this package.
/// </summary>
/// <example>
/// <code>
/// [MessagePackSerializable(typeof(User))]
/// internal static partial class AppPack;
/// // AppPack.User is an IPayloadSerializer&lt;User&gt;
/// </code>
/// </example>
/// <remarks>
/// Types are <c>[DataContract]</c> classes, records and structs whose members have <c>[DataMember(Order = n)]</c>, and what such members may hold. A contract
/// is written as an array, a member at the index of its order, in the same bytes as MessagePack-CSharp writes.
/// </remarks>
/// <param name="type">The type.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class MessagePackSerializableAttribute(Type type) : Attribute
{
    /// <summary>The type.</summary>
    public Type Type { get; } = type;

    /// <summary>The name of the property, when it is not to be the type's.</summary>
    public string? Name { get; init; }
}
