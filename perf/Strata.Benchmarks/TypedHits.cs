using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Memory;
using Strata.Entries;

namespace Strata.Benchmarks;

/// <summary>Get-or-add, asynchronously, that finds an object of an immutable class: an instance of the object front, or one deserialized for each hit.</summary>
[MemoryDiagnoser]
public class TypedHits
{
    private static readonly Func<int, LoadContext, ValueTask<Shown>> s_load = static (id, _) => new(new Shown(id, "name", id));

    private Load _load = null!;
    private TieredCache _front = null!;
    private TieredCache _json = null!;
    private MemoryCache _memoryCache = null!;

    /// <summary>Entries in each store.</summary>
    [Params(10_000, 1_000_000)]
    public int Entries { get; set; }

    /// <summary>Fills the three stores.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _load = new(Entries);
        long capacity = Entries * 180L + (8L << 20);
        _front = new(new TieredCacheOptions { CapacityBytes = capacity, DefaultTtl = TimeSpan.FromHours(1), ObjectFront = new() { Capacity = 2 * Entries } });
        _json = new(new TieredCacheOptions { CapacityBytes = capacity, DefaultTtl = TimeSpan.FromHours(1) });
        _memoryCache = new(new MemoryCacheOptions { SizeLimit = Entries });
        MemoryCacheEntryOptions entry = new() { Size = 1, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
        for (int index = 0; index < Entries; index++)
        {
            Shown shown = new(index, "name", index);
            _front.Set(_load.Utf8(index), shown, ShownJson.Default.Shown);
            _json.Set(_load.Utf8(index), shown, ShownJson.Default.Shown);
            _memoryCache.Set(_load.Strings[index], shown, entry);
        }
    }

    /// <summary>Ends the stores.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _front.Dispose();
        _json.Dispose();
        _memoryCache.Dispose();
    }

    /// <summary>The bar: it hands out the instance that it was given.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Load.BatchCount)]
    public long MemoryCache()
    {
        long ids = 0;
        foreach (int index in _load.Order)
            ids += _memoryCache.TryGetValue(_load.Strings[index], out Shown? shown) ? shown!.Id : 0;
        return ids;
    }

    /// <summary>The instance of the front; the key is UTF-8.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public async Task<long> Front()
    {
        long ids = 0;
        foreach (int index in _load.Order)
            ids += (await _front.GetOrAddAsync(_load.Utf8(index), index, s_load, ShownJson.Default.Shown)).Id;
        return ids;
    }

    /// <summary>The same with a key that is a string.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public async Task<long> FrontStringKey()
    {
        long ids = 0;
        foreach (int index in _load.Order)
            ids += (await _front.GetOrAddAsync(_load.Strings[index], index, s_load, ShownJson.Default.Shown)).Id;
        return ids;
    }

    /// <summary>An instance of its own for each hit.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public async Task<long> Json()
    {
        long ids = 0;
        foreach (int index in _load.Order)
            ids += (await _json.GetOrAddAsync(_load.Utf8(index), index, s_load, ShownJson.Default.Shown)).Id;
        return ids;
    }
}
