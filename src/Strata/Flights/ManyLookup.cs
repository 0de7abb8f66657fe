using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>A look for many keys, without a factory.</summary>
internal readonly struct ManyLookup : IManyLoad<byte[]>
{
    public static FlightKind Kind => FlightKind.Lookup;

    public bool MakesImmutable => false;

    public ValueTask<byte[]> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload) => throw new UnreachableException();

    public ValueTask<CacheResult<byte[]>[]> LoadManyAsync(int[] missing, BatchLoadContext context) => throw new UnreachableException();

    public void Write(byte[] value, PayloadBuffer payload) => throw new UnreachableException();

    public void OfferStale(LoadContext context, byte[] payload) => throw new UnreachableException();

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out byte[] value) => default(BytesPayload).TryRead(payload, out value);
}
