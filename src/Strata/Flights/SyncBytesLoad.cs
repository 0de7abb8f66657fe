using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>A load by a factory that writes its payload itself.</summary>
internal readonly struct SyncBytesLoad<TState>(TState state, Action<TState, IBufferWriter<byte>, LoadContext> factory) : ILoad<byte[]>
{
    public bool MakesImmutable => false;

    public static FlightKind Kind => FlightKind.Load;

    public ValueTask<byte[]> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload)
    {
        factory(state, payload, context);
        context.RestoreUnchanged(payload);
        return new(payload.WrittenSpan.ToArray());
    }

    public void OfferStale(LoadContext context, byte[] payload) => context.OfferStale<byte[], BytesPayload>(payload, default(BytesPayload));

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out byte[] value) => default(BytesPayload).TryRead(payload, out value);
}
