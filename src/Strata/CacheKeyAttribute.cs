namespace Strata;

/// <summary>
/// Asks for a builder of keys, written by the compiler. It stands on a <c>static partial</c> method that returns <see cref="CacheKey"/> or <see cref="CacheKey{T}"/>, whose parameters fill the holes of the template,
/// or on a <c>partial readonly record struct</c>, whose primary parameters do; that gets a method <c>ToKey()</c> and converts to <see cref="CacheKey"/>.
/// </summary>
/// <param name="template">The key, with a hole in braces for each parameter: <c>"user:{tenant}:{id}"</c>. <c>{{</c> and <c>}}</c> stand for braces.</param>
/// <remarks>
/// <para>No two lists of arguments make one key. Numbers, <see cref="Guid"/>, dates, enums (as numbers) and <see cref="bool"/> are written in one invariant form. In text that is followed by something,
/// <c>%</c> and the character that follows the hole are written as <c>%</c> and two hexadecimal digits; <c>null</c> is <c>%00</c>; text at the end of the template stays as it is. A value that what follows could continue ends with <c>%_</c>.</para>
/// <para>Text that is not well-formed UTF-16 is refused with <see cref="ArgumentException"/>; <c>null</c> where the parameter's type does not allow it, with <see cref="ArgumentNullException"/>. Writing a key allocates nothing up to 256 bytes.</para>
/// <para>Other types write themselves through <see cref="IFormattable"/>: values that they write alike are one key.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Struct)]
public sealed class CacheKeyAttribute(string template) : Attribute
{
    /// <summary>The template.</summary>
    public string Template { get; } = template;

    /// <summary>The source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> that knows the type of the value. Structs without references, strings and arrays of bytes need none.</summary>
    public Type? Json { get; set; }

    /// <summary>A class whose <see cref="Payloads.MessagePack.MessagePackSerializableAttribute"/> names the type of the value, to keep it in the MessagePack format instead of <see cref="Json"/>.</summary>
    public Type? Pack { get; set; }

    /// <summary>An <see cref="Payloads.IPayloadSerializer{T}"/> of the value, with a constructor without parameters, instead of <see cref="Json"/>.</summary>
    public Type? Serializer { get; set; }
}
