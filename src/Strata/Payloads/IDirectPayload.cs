using System.Diagnostics.CodeAnalysis;
using Strata.Tiers;

namespace Strata.Payloads;

/// <summary>A serializer whose values memory reads faster than by way of a buffer.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal interface IDirectPayload<T>
{
    PayloadRead TryGet(MemoryTier memory, ReadOnlySpan<byte> key, [MaybeNull] out T value);
}
