using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Memory;
using Strata.Engine;

namespace Strata.Benchmarks;

/// <summary>Overwrites of keys that are present, each given the same span: the peers must make an array of it.</summary>
[MemoryDiagnoser]
public class Writes
{
    private readonly ConcurrentDictionary<string, byte[]> _dictionary = new();
    private readonly MemoryCacheEntryOptions _entry = new() { Size = 1, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
    private Load _load = null!;
    private ByteStore _store = null!;
    private MemoryCache _memoryCache = null!;

    /// <summary>Entries in each store.</summary>
    [Params(10_000, 1_000_000)]
    public int Entries { get; set; }

    /// <summary>Fills the three stores.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _load = new(Entries);
        _store = new(new ByteStoreOptions { CapacityBytes = Entries * 200L + (8L << 20), DefaultTtl = TimeSpan.FromHours(1) });
        _memoryCache = new(new MemoryCacheOptions { SizeLimit = Entries });
        for (int index = 0; index < Entries; index++)
        {
            _store.Set(_load.Utf8(index), _load.Value);
            _dictionary[_load.Strings[index]] = _load.Value.AsSpan().ToArray();
            _memoryCache.Set(_load.Strings[index], _load.Value.AsSpan().ToArray(), _entry);
        }
    }

    /// <summary>Ends the stores.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _store.Dispose();
        _memoryCache.Dispose();
    }

    /// <summary>The bar: a new array a write.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Load.BatchCount)]
    public void Dictionary()
    {
        foreach (int index in _load.Order)
            _dictionary[_load.Strings[index]] = _load.Value.AsSpan().ToArray();
    }

    /// <summary>A new array and a new entry a write.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public void MemoryCache()
    {
        foreach (int index in _load.Order)
            _memoryCache.Set(_load.Strings[index], _load.Value.AsSpan().ToArray(), _entry);
    }

    /// <summary>The span is copied into native memory.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public void Strata()
    {
        foreach (int index in _load.Order)
            _store.Set(_load.Utf8(index), _load.Value);
    }
}
