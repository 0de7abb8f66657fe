using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>A load by a factory that returns a task.</summary>
internal readonly struct AsyncLoad<TState, T, TSerializer>(TState state, Func<TState, LoadContext, ValueTask<T>> factory, TSerializer serializer) : ILoad<T>
    where TSerializer : IPayloadSerializer<T>
{
    private readonly TState _state = state;
    private readonly Func<TState, LoadContext, ValueTask<T>> _factory = factory;
    private readonly TSerializer _serializer = serializer;

    public bool MakesImmutable => _serializer.MakesImmutable;

    public static FlightKind Kind => FlightKind.Load;

    public async ValueTask<T> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload)
    {
        TSerializer serializer = _serializer;
        T value = await _factory(_state, context).ConfigureAwait(false);
        return LoadedValue.Write(value, serializer, keyBytes, context, payload);
    }

    public void OfferStale(LoadContext context, byte[] payload) => context.OfferStale<T, TSerializer>(payload, _serializer);

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value) => _serializer.TryRead(payload, out value) && value is not null;
}
