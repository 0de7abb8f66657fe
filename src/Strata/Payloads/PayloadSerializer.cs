using System.Text.Json.Serialization.Metadata;
using Strata.Payloads.MessagePack;

namespace Strata.Payloads;

/// <summary>The serializers that come with the cache. All of them are safe for any number of threads.</summary>
public static class PayloadSerializer
{
    /// <summary>Arrays of bytes, as they are.</summary>
    public static IPayloadSerializer<byte[]> Bytes { get; } = new BytesPayload();

    /// <summary>Text as UTF-8. Text that is not well-formed UTF-16 is refused with an <see cref="ArgumentException"/>, since it would not come back as it went in.</summary>
    public static IPayloadSerializer<string> Utf8 { get; } = new Utf8Payload();

    /// <summary>Structs without references, as they lie in memory: fast, and the same only on computers of one byte order and for one layout of the struct.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    public static IPayloadSerializer<T> Unmanaged<T>()
        where T : unmanaged => default(UnmanagedPayload<T>);

    /// <summary>JSON by System.Text.Json. With the metadata of a source-generated context it needs no reflection and survives trimming.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="typeInfo">How the type is written, for example <c>AppJson.Default.User</c>.</param>
    public static IPayloadSerializer<T> Json<T>(JsonTypeInfo<T> typeInfo) => new JsonPayload<T>(typeInfo);

    /// <summary>The MessagePack format, by a format that the generator made (see <see cref="MessagePackSerializableAttribute"/>, which calls this for you) or that you wrote.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <typeparam name="TFormat">How a value is written.</typeparam>
    /// <remarks>
    /// Reading is strict: bytes that are malformed, cut off, too deeply nested, hold other kinds or numbers that do not fit, or go on after the value, are
    /// unreadable. Exceptions of your constructors and setters go to the caller. Writing a value nested deeper than <see cref="MessagePackWriter.MaxDepth"/> throws
    /// <see cref="InvalidOperationException"/>, text that is not well-formed UTF-16 an <see cref="ArgumentException"/>.
    /// </remarks>
    public static IPayloadSerializer<T> MessagePack<T, TFormat>()
        where TFormat : IMessagePackFormat<T> => default(MessagePackPayload<T, TFormat>);

    /// <summary>
    /// A serializer whose values never change, by the caller's word: nobody who gets one may change it, nor anything it refers to. An object front (<see cref="TieredCacheOptions.ObjectFront"/>) then gives
    /// one instance to everybody. For types that do not say so of themselves with <c>[ImmutableObject(true)]</c>. Make it once and keep it.
    /// </summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="serializer">How they are written and read.</param>
    public static IPayloadSerializer<T> Immutable<T>(IPayloadSerializer<T> serializer)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return new ImmutablePayload<T>(serializer);
    }

    /// <summary>JSON of values that never change, by the caller's word; see <see cref="Immutable{T}(IPayloadSerializer{T})"/>.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="typeInfo">How the type is written, for example <c>AppJson.Default.User</c>.</param>
    public static IPayloadSerializer<T> Immutable<T>(JsonTypeInfo<T> typeInfo)
        where T : class => new ImmutablePayload<T>(new JsonPayload<T>(typeInfo));
}
