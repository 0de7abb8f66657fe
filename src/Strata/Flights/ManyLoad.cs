using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Strata.Payloads;

namespace Strata.Flights;

/// <summary>A load of many keys by one factory. Exactly one of the two is given.</summary>
internal readonly struct ManyLoad<TKey, TState, T, TSerializer>(
    TKey[] keys,
    TState state,
    Func<TState, IReadOnlyList<TKey>, BatchLoadContext, Dictionary<TKey, T>>? factory,
    Func<TState, IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>>? factoryAsync,
    TSerializer serializer) : IManyLoad<T>
    where TKey : notnull
    where TSerializer : IPayloadSerializer<T>
{
    private readonly TKey[] _keys = keys;
    private readonly TState _state = state;
    private readonly Func<TState, IReadOnlyList<TKey>, BatchLoadContext, Dictionary<TKey, T>>? _factory = factory;
    private readonly Func<TState, IReadOnlyList<TKey>, BatchLoadContext, ValueTask<Dictionary<TKey, T>>>? _factoryAsync = factoryAsync;
    private readonly TSerializer _serializer = serializer;

    public static FlightKind Kind => FlightKind.Load;

    public bool MakesImmutable => _serializer.MakesImmutable;

    public async ValueTask<CacheResult<T>[]> LoadManyAsync(int[] missing, BatchLoadContext context)
    {
        TKey[] wanted = new TKey[missing.Length];
        for (int i = 0; i < missing.Length; i++)
            wanted[i] = _keys[missing[i]];
        Dictionary<TKey, T>? loaded = _factory is not null ? _factory(_state, wanted, context) : await _factoryAsync!(_state, wanted, context).ConfigureAwait(false);
        if (loaded is null)
            throw new InvalidOperationException($"The factory returned null for {missing.Length} keys; a dictionary without a key says that there is no such value.");
        var results = new CacheResult<T>[missing.Length];
        for (int i = 0; i < missing.Length; i++)
        {
            if (loaded.TryGetValue(wanted[i], out T? value) && value is not null)
                results[i] = new(value);
        }

        return results;
    }

    public void Write(T value, PayloadBuffer payload) => _serializer.Write(value, payload);

    public ValueTask<T> LoadAsync(LoadContext context, int keyBytes, PayloadBuffer payload) => throw new UnreachableException();

    public void OfferStale(LoadContext context, byte[] payload) => throw new UnreachableException();

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value) => _serializer.TryRead(payload, out value) && value is not null;
}
