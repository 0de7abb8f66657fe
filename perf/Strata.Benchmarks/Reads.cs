using System.Collections.Concurrent;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Memory;
using Strata.Engine;

namespace Strata.Benchmarks;

/// <summary>
/// Reads that hit. The 1,024 keys of a call stay in the processor's caches: this shows the instructions of a read and what it allocates;
/// the lab's <c>hits</c> shows the misses of memory.
/// </summary>
[MemoryDiagnoser]
public class Reads
{
    private readonly ConcurrentDictionary<string, byte[]> _dictionary = new();
    private readonly byte[] _buffer = new byte[100];
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
        MemoryCacheEntryOptions entry = new() { Size = 1, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
        for (int index = 0; index < Entries; index++)
        {
            _store.Set(_load.Utf8(index), _load.Value);
            _dictionary[_load.Strings[index]] = _load.Value.AsSpan().ToArray();
            _memoryCache.Set(_load.Strings[index], _load.Value.AsSpan().ToArray(), entry);
        }
    }

    /// <summary>Ends the stores.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _store.Dispose();
        _memoryCache.Dispose();
    }

    /// <summary>The bar: a reference is returned.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Load.BatchCount)]
    public int Dictionary()
    {
        int bytes = 0;
        foreach (int index in _load.Order)
            bytes += _dictionary.TryGetValue(_load.Strings[index], out byte[]? value) ? value.Length : 0;
        return bytes;
    }

    /// <summary>A reference is returned, and the time of last use noted.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public int MemoryCache()
    {
        int bytes = 0;
        foreach (int index in _load.Order)
            bytes += _memoryCache.TryGetValue(_load.Strings[index], out byte[]? value) ? value!.Length : 0;
        return bytes;
    }

    /// <summary>The value is copied to the caller.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public int Strata()
    {
        int bytes = 0;
        foreach (int index in _load.Order)
            bytes += _store.TryGet(_load.Utf8(index), _buffer, out int valueBytes) == ReadOutcome.Hit ? valueBytes : 0;
        return bytes;
    }
}
