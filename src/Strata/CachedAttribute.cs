namespace Strata;

/// <summary>
/// Asks for a caching decorator, written by the compiler. It stands on methods of an interface <c>IRepo</c>, or on those of a class <c>Repo</c> with which it implements one interface; the decorator <c>CachedRepo</c> implements the interface
/// over another <c>IRepo</c> and a <see cref="TieredCache"/>. On the interface or class itself it gives defaults for the methods that carry it.
/// </summary>
/// <remarks>
/// <para>A method that returns <c>T</c>, <see cref="Task{TResult}"/> or <see cref="ValueTask{TResult}"/> goes through <c>GetOrAdd</c>, so that callers who ask for the same arguments share one call. A <see cref="CancellationToken"/> is no part
/// of the key: it lets its caller go, and the method gets that of the load. Methods without the attribute are passed on.</para>
/// <para>The key is <c>prefix:Method:argument:argument</c>, written as <see cref="CacheKeyAttribute"/> does. Nothing is found by reflection.</para>
/// <para>A result of <c>null</c>, where the method's type allows it, says that there is no such value; it is kept for <see cref="Entries.EntryPolicy.NegativeTtl"/> of the cache's policy, and not at all without.</para>
/// <para>If the project refers to Microsoft.Extensions.DependencyInjection, the decorator is registered with <c>services.AddCachedRepo&lt;Repo&gt;()</c>.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Interface | AttributeTargets.Class)]
public sealed class CachedAttribute : Attribute
{
    /// <summary>The time to live: whole numbers with the units <c>ms</c>, <c>s</c>, <c>m</c>, <c>h</c>, <c>d</c>, in falling order: <c>"500ms"</c>, <c>"5m"</c>, <c>"1d12h"</c>. Default: the cache's own.</summary>
    public string? Ttl { get; set; }

    /// <summary>The first part of the keys. Default: the full name of the interface.</summary>
    public string? Prefix { get; set; }

    /// <summary>Tags of the entry, with holes for arguments and their properties: <c>"user:{id}"</c>, <c>"tenant:{user.Tenant}"</c>.</summary>
    public string[]? Tags { get; set; }

    /// <summary>Tags that are invalidated when the method has succeeded, with holes as in <see cref="Tags"/>. Such a method changes something: it is called each time, and its result is not kept.</summary>
    public string[]? Invalidates { get; set; }

    /// <summary>The source-generated <see cref="System.Text.Json.Serialization.JsonSerializerContext"/> that knows the type of the result. Structs without references, strings and arrays of bytes need none.</summary>
    public Type? Json { get; set; }

    /// <summary>A class whose <see cref="Payloads.MessagePack.MessagePackSerializableAttribute"/> names the type of the result, to keep it in the MessagePack format instead of <see cref="Json"/>.</summary>
    public Type? Pack { get; set; }

    /// <summary>An <see cref="Payloads.IPayloadSerializer{T}"/> of the result, with a constructor without parameters, instead of <see cref="Json"/>.</summary>
    public Type? Serializer { get; set; }
}
