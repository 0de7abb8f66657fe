using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Strata.Payloads;

/// <summary>Another serializer, whose values are said never to change.</summary>
internal sealed class ImmutablePayload<T>(IPayloadSerializer<T> serializer) : IPayloadSerializer<T>
    where T : class
{
    public bool MakesImmutable => true;

    public void Write(T value, IBufferWriter<byte> destination) => serializer.Write(value, destination);

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value) => serializer.TryRead(payload, out value);
}
