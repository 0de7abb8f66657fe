using Microsoft.CodeAnalysis;

namespace Strata.Generators.Methods;

/// <summary>What the version of Strata that is compiled against can do.</summary>
internal readonly record struct CacheFeatures(bool HasTags, bool HasNothing)
{
    public static CacheFeatures Of(Compilation compilation) => new(
        compilation.GetTypeByMetadataName("Strata.TieredCache")?.GetMembers("RemoveByTagAsync").IsEmpty == false,
        compilation.GetTypeByMetadataName("Strata.Entries.LoadContext")?.GetMembers("Nothing").IsEmpty == false);
}
