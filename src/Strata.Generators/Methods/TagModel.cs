using Strata.Generators.Keys;

namespace Strata.Generators.Methods;

/// <summary>A tag: how it is written.</summary>
internal readonly record struct TagModel(EquatableArray<KeyStep> Steps)
{
    /// <summary>The tag itself, when it has no holes.</summary>
    public string? Literal => Steps.Count == 1 && Steps[0].Form is null ? Steps[0].Text : null;
}
