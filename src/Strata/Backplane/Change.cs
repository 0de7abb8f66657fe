using Strata.Invalidation;

namespace Strata.Backplane;

/// <summary>One thing that is invalidated: a key, what a rule means, or, with neither, everything.</summary>
/// <param name="Key">Where the key lies in its message; empty for none.</param>
/// <param name="Rule">The rule; <c>null</c> for none.</param>
internal readonly record struct Change(Range Key, InvalidationRule? Rule)
{
    public bool IsKey => Rule is null && !Key.Equals(default);
}
