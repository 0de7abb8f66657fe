using Strata.Lab.Keyed;

namespace Strata.Lab.Operations;

/// <summary>The verbs with generated keys, the key made in each call.</summary>
internal sealed partial class TieredCacheOperations
{
    private IEnumerable<Operation> Typed =>
    [
        Of(nameof(TieredCache.TryGet), "struct hit, generated key", index => _cache.TryGet(PriceKeys.StockOf(Tenant(index), index % KeyCount), out Price _)),
        Of(nameof(TieredCache.TryGet), "struct hit, typed key", index => _cache.TryGet(PriceKeys.Of(Tenant(index), index % KeyCount), out _)),
        Of(nameof(TieredCache.TryGet), "struct miss, typed key", index => !_cache.TryGet(PriceKeys.Of(Tenant(index), -1), out _)),
        Of(nameof(TieredCache.TryGet), "JSON hit, typed key", index => _cache.TryGet(PriceKeys.ProductOf(index % KeyCount), out _)),
        Of(nameof(TieredCache.TryGetAsync), "struct hit, typed key", index => Taken(_cache.TryGetAsync(PriceKeys.Of(Tenant(index), index % KeyCount))).IsHit),
        Of(nameof(TieredCache.Set), "struct, typed key", index => _cache.Set(PriceKeys.Of(Tenant(index), index % KeyCount), Shelved)),
        Of(nameof(TieredCache.SetAsync), "struct, typed key", index => Taken(_cache.SetAsync(PriceKeys.Of(Tenant(index), index % KeyCount), Shelved))),
        Of(nameof(TieredCache.GetOrAdd), "struct hit, typed key", index => _cache.GetOrAdd(PriceKeys.Of(Tenant(index), index % KeyCount), No<Price>.Load) == Shelved),
        Of(nameof(TieredCache.GetOrAdd), "struct hit, typed key, state", index => _cache.GetOrAdd(PriceKeys.Of(Tenant(index), index % KeyCount), this, No<Price>.LoadFrom) == Shelved),
        Of(nameof(TieredCache.GetOrAddAsync), "struct hit, typed key", index => Taken(_cache.GetOrAddAsync(PriceKeys.Of(Tenant(index), index % KeyCount), No<Price>.LoadAsync)) == Shelved),
        Of(nameof(TieredCache.GetOrAddAsync), "struct hit, typed key, state", index => Taken(_cache.GetOrAddAsync(PriceKeys.Of(Tenant(index), index % KeyCount), this, No<Price>.LoadFromAsync)) == Shelved),
        Of(nameof(TieredCache.Remove), "absent, typed key", index => !_cache.Remove(PriceKeys.Of(Tenant(index), -1))),
        Of(nameof(TieredCache.RemoveAsync), "absent, typed key", index => !Taken(_cache.RemoveAsync(PriceKeys.Of(Tenant(index), -1)))),
    ];

    private static string Tenant(int index) => KeyedSubject.Tenant(index % KeyCount);

    private void FillTyped(int index)
    {
        _cache.Set(PriceKeys.Of(Tenant(index), index), Shelved);
        _cache.Set(PriceKeys.StockOf(Tenant(index), index), Shelved);
        _cache.Set(PriceKeys.ProductOf(index), Shown);
    }
}
