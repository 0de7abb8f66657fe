using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>No load at all: what is not in the tiers is not there.</summary>
internal readonly struct TierLookup<T, TSerializer>(TSerializer serializer) : ILoad<T>
    where TSerializer : IPayloadSerializer<T>
{
    public bool MakesImmutable => serializer.MakesImmutable;

    public static FlightKind Kind => FlightKind.Lookup;

    public ValueTask<T> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload) => throw new UnreachableException();

    public void OfferStale(LoadContext context, byte[] payload) => throw new UnreachableException();

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value) => serializer.TryRead(payload, out value) && value is not null;
}
