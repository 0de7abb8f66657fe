using System.Buffers;
using System.Runtime.InteropServices;
using Strata.Tiers;

namespace Strata.Payloads;

/// <summary>A struct without references, as it lies in memory.</summary>
internal readonly struct UnmanagedPayload<T> : IPayloadSerializer<T>, IDirectPayload<T>
    where T : unmanaged
{
    public bool MakesImmutable => false;

    public void Write(T value, IBufferWriter<byte> destination) => destination.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    public bool TryRead(in ReadOnlySequence<byte> payload, out T value)
    {
        value = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<T>(ref value));
        if (payload.Length != bytes.Length)
            return false;
        payload.CopyTo(bytes);
        return true;
    }

    public PayloadRead TryGet(MemoryTier memory, ReadOnlySpan<byte> key, out T value) => memory.TryGetUnmanaged(key, out value);
}
