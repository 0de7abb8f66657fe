using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Strata.Payloads;

/// <summary>Bytes as they are.</summary>
internal readonly struct BytesPayload : IPayloadSerializer<byte[]>
{
    public bool MakesImmutable => false;

    public void Write(byte[] value, IBufferWriter<byte> destination) => destination.Write(value);

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out byte[] value)
    {
        value = payload.ToArray();
        return true;
    }
}
