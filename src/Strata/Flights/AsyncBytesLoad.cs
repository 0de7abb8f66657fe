using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>A load by an asynchronous factory that writes its payload itself.</summary>
internal readonly struct AsyncBytesLoad<TState>(TState state, Func<TState, IBufferWriter<byte>, LoadContext, ValueTask> factory) : ILoad<byte[]>
{
    private readonly TState _state = state;
    private readonly Func<TState, IBufferWriter<byte>, LoadContext, ValueTask> _factory = factory;

    public bool MakesImmutable => false;

    public static FlightKind Kind => FlightKind.Load;

    public async ValueTask<byte[]> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload)
    {
        await _factory(_state, payload, context).ConfigureAwait(false);
        context.RestoreUnchanged(payload);
        return payload.WrittenSpan.ToArray();
    }

    public void OfferStale(LoadContext context, byte[] payload) => context.OfferStale<byte[], BytesPayload>(payload, default(BytesPayload));

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out byte[] value) => default(BytesPayload).TryRead(payload, out value);
}
