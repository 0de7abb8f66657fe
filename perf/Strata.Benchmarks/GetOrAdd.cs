using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Memory;
using Strata.Entries;

namespace Strata.Benchmarks;

/// <summary>
/// Get-or-add that finds a struct of 16 bytes. The peers hold it boxed or as the dictionary's own value; Strata copies it out of native memory.
/// </summary>
[MemoryDiagnoser]
public class GetOrAdd
{
    private readonly ConcurrentDictionary<string, (long Cents, long Stock)> _dictionary = new();
    private Load _load = null!;
    private TieredCache _cache = null!;
    private MemoryCache _memoryCache = null!;

    /// <summary>Entries in each store.</summary>
    [Params(10_000, 1_000_000)]
    public int Entries { get; set; }

    /// <summary>Fills the three stores.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _load = new(Entries);
        _cache = new(new TieredCacheOptions { CapacityBytes = Entries * 100L + (8L << 20), DefaultTtl = TimeSpan.FromHours(1) });
        _memoryCache = new(new MemoryCacheOptions { SizeLimit = Entries });
        MemoryCacheEntryOptions entry = new() { Size = 1, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
        for (int index = 0; index < Entries; index++)
        {
            _cache.Set(_load.Utf8(index), (Cents: 1L, Stock: (long)index));
            _dictionary[_load.Strings[index]] = (1, index);
            _memoryCache.Set(_load.Strings[index], (Cents: 1L, Stock: (long)index), entry);
        }
    }

    /// <summary>Ends the stores.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _cache.Dispose();
        _memoryCache.Dispose();
    }

    /// <summary>The bar: no eviction, no expiry.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Load.BatchCount)]
    public long Dictionary()
    {
        long stock = 0;
        foreach (int index in _load.Order)
            stock += _dictionary.GetOrAdd(_load.Strings[index], static (_, value) => (1, value), index).Stock;
        return stock;
    }

    /// <summary>The factory is a closure, and may run more than once for one key.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public long MemoryCache()
    {
        long stock = 0;
        foreach (int index in _load.Order)
            stock += _memoryCache.GetOrCreate(_load.Strings[index], _ => (Cents: 1L, Stock: (long)index)).Stock;
        return stock;
    }

    /// <summary>One load a key, no closure; the key is UTF-8.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public long Strata()
    {
        long stock = 0;
        foreach (int index in _load.Order)
            stock += _cache.GetOrAdd(_load.Utf8(index), index, static (int value, LoadContext _) => (Cents: 1L, Stock: (long)value)).Stock;
        return stock;
    }

    /// <summary>The same with a key that is a string.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public long StrataStringKey()
    {
        long stock = 0;
        foreach (int index in _load.Order)
            stock += _cache.GetOrAdd(_load.Strings[index], index, static (int value, LoadContext _) => (Cents: 1L, Stock: (long)value)).Stock;
        return stock;
    }
}
