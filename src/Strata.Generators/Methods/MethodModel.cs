using Strata.Generators.Keys;

namespace Strata.Generators.Methods;

/// <summary>A method with [Cached], as the decorator implements it.</summary>
/// <param name="Name">The method's name, escaped.</param>
/// <param name="Id">A name of its own among the methods, for what belongs to it.</param>
/// <param name="Header">The declaration of the explicit implementation.</param>
/// <param name="Target">The interface that declares it.</param>
/// <param name="Result">How it gives its result.</param>
/// <param name="ValueType">The type of the result; <c>null</c> when there is none.</param>
/// <param name="IsNullable">Whether the result may be <c>null</c>, which is not a value to keep.</param>
/// <param name="Parameters">The parameters.</param>
/// <param name="Payload">The number of the result's serializer.</param>
/// <param name="Key">How the key is written; empty for a method that invalidates.</param>
/// <param name="TtlMs">The time to live; <c>null</c> for the cache's own.</param>
/// <param name="Tags">The tags of the entry.</param>
/// <param name="Invalidates">The tags that are invalidated when the method has succeeded.</param>
internal sealed record MethodModel(
    string Name, string Id, string Header, string Target, ResultKind Result, string? ValueType, bool IsNullable, EquatableArray<ParameterModel> Parameters,
    int Payload, EquatableArray<KeyStep> Key, long? TtlMs, EquatableArray<TagModel> Tags, EquatableArray<TagModel> Invalidates)
{
    /// <summary>The arguments that belong to the key: all but tokens.</summary>
    public IEnumerable<ParameterModel> Arguments => Parameters.Where(static parameter => !parameter.IsToken);

    /// <summary>The caller's token, or none.</summary>
    public string Token => Parameters.Where(static parameter => parameter.IsToken).Select(static parameter => parameter.Name).FirstOrDefault() ?? "default";
}
