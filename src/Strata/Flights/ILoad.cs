using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>What a caller brings to a flight: how to make the value, and how to read it from a payload that somebody else made.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal interface ILoad<T>
{
    static abstract FlightKind Kind { get; }

    /// <summary>Whether the value may be given to everybody.</summary>
    bool MakesImmutable { get; }

    /// <summary>Runs the factory and writes its value to the payload. The only place where a factory is called.</summary>
    ValueTask<T> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload);

    /// <summary>Shows the factory the stale value.</summary>
    void OfferStale(LoadContext context, byte[] payload);

    bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value);
}
