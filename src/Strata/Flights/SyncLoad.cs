using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>A load by a factory that returns its value.</summary>
internal readonly struct SyncLoad<TState, T, TSerializer>(TState state, Func<TState, LoadContext, T> factory, TSerializer serializer) : ILoad<T>
    where TSerializer : IPayloadSerializer<T>
{
    public bool MakesImmutable => serializer.MakesImmutable;

    public static FlightKind Kind => FlightKind.Load;

    public ValueTask<T> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload) =>
        new(LoadedValue.Write(factory(state, context), serializer, keyBytes, context, payload));

    public void OfferStale(LoadContext context, byte[] payload) => context.OfferStale<T, TSerializer>(payload, serializer);

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value) => serializer.TryRead(payload, out value) && value is not null;
}
