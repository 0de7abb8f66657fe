using System.Runtime.CompilerServices;

namespace Strata.Engine.Insight;

/// <summary>A sampled key's place in each of the miniature caches.</summary>
[InlineArray(Count)]
internal struct MiniaturePlaces
{
    public const int Count = 4;

    private MiniaturePlace _first;
}
