using Strata.Entries;
using Strata.Payloads;

namespace Strata.Lab.Operations;

/// <summary>Calls for many keys, and writes that depend on what is there. Loads of many return a dictionary, which must be made: theirs is the budget of one of 32 values.</summary>
internal sealed partial class TieredCacheOperations
{
    private const int BatchCount = 32;

    private static readonly EntryPolicy Versioned = new() { IsVersioned = true };
    private static readonly int[] Ids = [.. Enumerable.Range(0, BatchCount)];
    private static readonly KeyOf<int> PriceKey = static id => $"price:{id}";
    private static readonly KeyOf<int> TextKey = static id => $"text:{id}";
    private static readonly KeyOf<int> ProductKey = static id => $"shown:{id}";
    private static readonly Func<long, int, long> Added = static (value, by) => value + by;

    private static readonly IPayloadSerializer<long> Longs = PayloadSerializer.Unmanaged<long>();

    private readonly KeyBatch _batch = new();
    private readonly EntryBatch _entries = new();
    private readonly ValueBatch _found = new();
    private readonly Price[] _prices = new Price[BatchCount];
    private readonly bool[] _isHit = new bool[BatchCount];

    private IEnumerable<Operation> Many =>
    [
        Of(nameof(TieredCache.TryGetMany), "32 hits", index => _cache.TryGetMany(BatchOf(index), _found) == BatchCount),
        Of(nameof(TieredCache.TryGetMany), "32 struct hits", index => _cache.TryGetMany<Price>(BatchOf(index), _prices, _isHit) == BatchCount && _prices[1] == Shelved),
        Of(nameof(TieredCache.TryGetMany), "32 misses", index => _cache.TryGetMany(AbsentBatch(index), _found) == 0),
        Of(nameof(TieredCache.TryGetManyAsync), "32 hits", index => Taken(_cache.TryGetManyAsync(BatchOf(index), _found)) == BatchCount),
        Of(nameof(TieredCache.SetMany), "32 structs", index => _cache.SetMany(EntriesOf(index)) == BatchCount),
        Of(nameof(TieredCache.SetManyAsync), "32 structs", index => Taken(_cache.SetManyAsync(EntriesOf(index))) == BatchCount),
        Of(nameof(TieredCache.RemoveMany), "32 absent", index => _cache.RemoveMany(AbsentBatch(index)) == 0),
        Of(nameof(TieredCache.RemoveManyAsync), "32 absent", index => Taken(_cache.RemoveManyAsync(AbsentBatch(index))) == 0),
        Of(nameof(TieredCache.GetOrAddMany), "32 struct hits", _ => _cache.GetOrAddMany(Ids, PriceKey, 0, NoMany<Price>.Load).Count == BatchCount),
        Of(nameof(TieredCache.GetOrAddMany), "32 string hits", _ => _cache.GetOrAddMany(Ids, TextKey, 0, NoMany<string>.Load).Count == BatchCount),
        Of(nameof(TieredCache.GetOrAddMany), "32 serializer hits", _ => _cache.GetOrAddMany(Ids, PriceKey, 0, NoMany<Price>.Load, PriceSerializer).Count == BatchCount),
        Of(nameof(TieredCache.GetOrAddMany), "32 JSON hits", _ => _cache.GetOrAddMany(Ids, ProductKey, 0, NoMany<Product>.Load, LabJson.Default.Product).Count == BatchCount),
        Of(nameof(TieredCache.GetOrAddManyAsync), "32 struct hits", _ => Taken(_cache.GetOrAddManyAsync(Ids, PriceKey, 0, NoMany<Price>.LoadAsync)).Count == BatchCount),
        Of(nameof(TieredCache.GetOrAddManyAsync), "32 string hits", _ => Taken(_cache.GetOrAddManyAsync(Ids, TextKey, 0, NoMany<string>.LoadAsync)).Count == BatchCount),
        Of(nameof(TieredCache.GetOrAddManyAsync), "32 serializer hits", _ => Taken(_cache.GetOrAddManyAsync(Ids, PriceKey, 0, NoMany<Price>.LoadAsync, PriceSerializer)).Count == BatchCount),
        Of(nameof(TieredCache.GetOrAddManyAsync), "32 JSON hits", _ => Taken(_cache.GetOrAddManyAsync(Ids, ProductKey, 0, NoMany<Product>.LoadAsync, LabJson.Default.Product)).Count == BatchCount),
    ];

    private IEnumerable<Operation> Atomic =>
    [
        Of(nameof(TieredCache.TryGet), "struct hit, version", index => _cache.TryGet(Counted(index), out long _, out long version) && version > 0),
        Of(nameof(TieredCache.TryGet), "serializer hit, version", index => _cache.TryGet(Prices(index), PriceSerializer, out _, out long _)),
        Of(nameof(TieredCache.Add), "span, exists", index => !_cache.Add(Bytes(index), _value)),
        Of(nameof(TieredCache.Add), "string, exists", index => !_cache.Add(Texts(index), Text)),
        Of(nameof(TieredCache.Add), "struct, then Remove", index => _cache.Add(Absent(index), Shelved) && _cache.Remove(Absent(index))),
        Of(nameof(TieredCache.Add), "serializer, exists", index => !_cache.Add(Prices(index), Shelved, PriceSerializer)),
        Of(nameof(TieredCache.Add), "JSON, exists", index => !_cache.Add(Products(index), Shown, LabJson.Default.Product)),
        Of(nameof(TieredCache.AddAsync), "span, exists", index => !Taken(_cache.AddAsync(Bytes(index), _value))),
        Of(nameof(TieredCache.AddAsync), "string, exists", index => !Taken(_cache.AddAsync(Texts(index), Text))),
        Of(nameof(TieredCache.AddAsync), "struct, exists", index => !Taken(_cache.AddAsync(Prices(index), Shelved))),
        Of(nameof(TieredCache.AddAsync), "serializer, exists", index => !Taken(_cache.AddAsync(Prices(index), Shelved, PriceSerializer))),
        Of(nameof(TieredCache.AddAsync), "JSON, exists", index => !Taken(_cache.AddAsync(Products(index), Shown, LabJson.Default.Product))),
        Of(nameof(TieredCache.CompareExchange), "struct, exchanged", index => _cache.TryGet(Counted(index), out long _, out long version) && _cache.CompareExchange(Counted(index), 2L, version).IsExchanged),
        Of(nameof(TieredCache.CompareExchange), "serializer, not versioned", index => !_cache.CompareExchange(Prices(index), Shelved, 1, PriceSerializer).IsExchanged),
        Of(nameof(TieredCache.CompareExchangeAsync), "struct, mismatch", index => !Taken(_cache.CompareExchangeAsync(Counted(index), 2L, long.MaxValue)).IsExchanged),
        Of(nameof(TieredCache.CompareExchangeAsync), "serializer, not versioned", index => !Taken(_cache.CompareExchangeAsync(Prices(index), Shelved, 1, PriceSerializer)).IsExchanged),
        Of(nameof(TieredCache.Update), "struct", index => _cache.Update(Counted(index), 1, Added).IsHit),
        Of(nameof(TieredCache.Update), "serializer", index => _cache.Update(Counted(index), 1, Added, Longs).IsHit),
        Of(nameof(TieredCache.UpdateAsync), "struct", index => Taken(_cache.UpdateAsync(Counted(index), 1, Added)).IsHit),
        Of(nameof(TieredCache.UpdateAsync), "serializer", index => Taken(_cache.UpdateAsync(Counted(index), 1, Added, Longs)).IsHit),
        Of(nameof(TieredCache.AddOrUpdate), "struct", index => _cache.AddOrUpdate(Counted(index), 1, 1, Added) > 0),
        Of(nameof(TieredCache.AddOrUpdate), "serializer", index => _cache.AddOrUpdate(Counted(index), 1, 1, Added, Longs) > 0),
        Of(nameof(TieredCache.AddOrUpdateAsync), "struct", index => Taken(_cache.AddOrUpdateAsync(Counted(index), 1, 1, Added)) > 0),
        Of(nameof(TieredCache.AddOrUpdateAsync), "serializer", index => Taken(_cache.AddOrUpdateAsync(Counted(index), 1, 1, Added, Longs)) > 0),
    ];

    private ReadOnlySpan<byte> Counted(int index) => _keys.Utf8((6 * KeyCount) + (index % KeyCount));

    private KeyBatch BatchOf(int index)
    {
        _batch.Clear();
        for (int i = 0; i < BatchCount; i++)
            _batch.Add(Prices(index + i));
        return _batch;
    }

    private KeyBatch AbsentBatch(int index)
    {
        _batch.Clear();
        for (int i = 0; i < BatchCount; i++)
            _batch.Add(Absent(index + i));
        return _batch;
    }

    private EntryBatch EntriesOf(int index)
    {
        _entries.Clear();
        for (int i = 0; i < BatchCount; i++)
            _entries.Add(Prices(index + i), Shelved);
        return _entries;
    }

    private void FillMany()
    {
        for (int index = 0; index < KeyCount; index++)
            _cache.Set(Counted(index), 1L, Versioned);
        foreach (int id in Ids)
        {
            _cache.Set($"text:{id}", Text);
            _cache.Set($"shown:{id}", Shown, LabJson.Default.Product);
        }
    }

    /// <summary>Factories for calls that must not need one.</summary>
    private static class NoMany<T>
    {
        public static readonly Func<int, IReadOnlyList<int>, BatchLoadContext, Dictionary<int, T>> Load = static (_, _, _) => throw NotAHit();
        public static readonly Func<int, IReadOnlyList<int>, BatchLoadContext, ValueTask<Dictionary<int, T>>> LoadAsync = static (_, _, _) => throw NotAHit();
    }
}
