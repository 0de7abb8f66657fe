using System.Diagnostics.CodeAnalysis;

namespace Strata.Entries;

/// <summary>A stale value, read on request.</summary>
/// <typeparam name="T">The type that the load makes.</typeparam>
internal interface IStaleValue<T>
{
    bool TryRead([MaybeNullWhen(false)] out T value);
}
