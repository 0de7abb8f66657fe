using Microsoft.CodeAnalysis;

namespace Strata.Generators.Methods;

/// <summary>What the version of Strata that is compiled against can do.</summary>
internal readonly record struct CacheFeatures(bool HasTags)
{
    public static CacheFeatures Of(Compilation compilation) => new(
        compilation.GetTypeByMetadataName("Strata.TieredCache")?.GetMembers("RemoveByTagAsync").IsEmpty == false);
}
