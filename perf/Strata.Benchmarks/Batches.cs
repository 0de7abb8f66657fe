using BenchmarkDotNet.Attributes;
using Strata.Entries;

namespace Strata.Benchmarks;

/// <summary>Structs of 16 bytes that are all there, read one by one and in batches, making the keys included. The gain of a batch shows where the entries are larger than the processor's caches.</summary>
[MemoryDiagnoser]
public class Batches
{
    private const int BatchKeys = 32;

    private readonly KeyBatch _keys = new();
    private readonly (long Cents, long Stock)[] _values = new (long, long)[BatchKeys];
    private readonly bool[] _isHit = new bool[BatchKeys];
    private Load _load = null!;
    private TieredCache _cache = null!;

    /// <summary>Entries in the cache.</summary>
    [Params(10_000, 1_000_000)]
    public int Entries { get; set; }

    /// <summary>Fills the cache.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _load = new(Entries);
        _cache = new(new TieredCacheOptions { CapacityBytes = Entries * 100L + (8L << 20), DefaultTtl = TimeSpan.FromHours(1) });
        for (int index = 0; index < Entries; index++)
            _cache.Set(_load.Utf8(index), (Cents: 1L, Stock: (long)index));
    }

    /// <summary>Ends the cache.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _cache.Dispose();
        _keys.Dispose();
    }

    /// <summary>One by one.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Load.BatchCount)]
    public long TryGet()
    {
        long stock = 0;
        foreach (int index in _load.Order)
            stock += _cache.TryGet(_load.Utf8(index), out (long Cents, long Stock) value) ? value.Stock : 0;
        return stock;
    }

    /// <summary>In batches of 32.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public long TryGetMany()
    {
        long stock = 0;
        foreach (int[] indices in _load.Order.Chunk(BatchKeys))
        {
            _keys.Clear();
            foreach (int index in indices)
                _keys.Add(_load.Utf8(index));
            _cache.TryGetMany<(long Cents, long Stock)>(_keys, _values, _isHit);
            foreach ((long Cents, long Stock) value in _values)
                stock += value.Stock;
        }

        return stock;
    }

    /// <summary>In batches of 32, each into a dictionary.</summary>
    [Benchmark(OperationsPerInvoke = Load.BatchCount)]
    public long GetOrAddMany()
    {
        long stock = 0;
        foreach (int[] indices in _load.Order.Chunk(BatchKeys))
        {
            foreach ((long Cents, long Stock) value in _cache.GetOrAddMany(indices, _load.KeyOf, 0, static (_, _, _) => new Dictionary<int, (long Cents, long Stock)>()).Values)
                stock += value.Stock;
        }

        return stock;
    }
}
