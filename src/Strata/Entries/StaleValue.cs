using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Payloads;

namespace Strata.Entries;

/// <summary>The stale value of a key that is being loaded, and how it is read.</summary>
internal sealed class StaleValue<T, TSerializer>(byte[] payload, TSerializer serializer) : IStaleValue<T>
    where TSerializer : IPayloadSerializer<T>
{
    public bool TryRead([MaybeNullWhen(false)] out T value) => serializer.TryRead(new ReadOnlySequence<byte>(payload), out value) && value is not null;
}
