using System.Diagnostics;
using Strata.Engine;
using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>A store with room for all its entries, under a load that leaves dead bytes behind. One thread; the store's own timer works beside it.</summary>
internal sealed class CompactionRun : IDisposable
{
    private const int LongestValueBytes = 400;
    private const int EntryBytes = 420;
    private const int OperationsPerEntry = 4;
    private const int SampleEvery = 1024;

    private readonly ByteStore _store;
    private readonly ValueSet _values;
    private readonly Random _random;
    private readonly IndexSequence _sequence;
    private readonly int _seed;
    private readonly int _entries;
    private readonly byte[] _key = new byte[KeySet.KeyBytes];

    public CompactionRun(Distribution distribution, int entries, int seed)
    {
        (_entries, _seed) = (entries, seed);
        _values = new ValueSet(seed, LongestValueBytes);
        _random = new Random(seed);
        _sequence = IndexSequence.Draw(distribution, entries, OperationsPerEntry * entries, seed);
        _store = new ByteStore(new ByteStoreOptions { CapacityBytes = Math.Max(ByteStoreOptions.MinCapacityBytes, entries * (long)EntryBytes) });
        for (int index = 0; index < entries; index++)
            Set(index);
    }

    /// <summary>The least share of the slabs that was live while the load lasted, and the share one second after it.</summary>
    public double LeastLivePercent { get; private set; } = 100;
    public double LaterLivePercent { get; private set; }

    /// <summary>What the load wrote, removed and had copied, in bytes, and what was copied in the second after it.</summary>
    public long WrittenBytes { get; private set; }
    public long RemovedBytes { get; private set; }
    public long CopiedBytes { get; private set; }
    public long LaterCopiedBytes { get; private set; }

    public long Evictions => _store.GetStatistics().Evictions;

    /// <summary>Overwrites entries with values of other lengths.</summary>
    public void Overwrite() => Run(Set);

    /// <summary>Removes entries; every fifth time it writes one of those removed.</summary>
    public void Remove() => Run(index =>
    {
        if (index % 5 == 0)
        {
            Set(index);
            return;
        }

        KeySet.Write((ulong)_seed, index, _key);
        if (_store.TryGetInfo(_key, out EntryInfo info) && _store.Remove(_key))
            RemovedBytes += info.ValueBytes + _key.Length;
    });

    public void Dispose() => _store.Dispose();

    private void Run(Action<int> operation)
    {
        StoreStatistics before = _store.GetStatistics();
        ReadOnlySpan<int> indices = _sequence.Indices;
        for (int i = 0; i < indices.Length; i++)
        {
            operation(indices[i]);
            if (i % SampleEvery == 0)
                LeastLivePercent = Math.Min(LeastLivePercent, LivePercent());
        }

        StoreStatistics end = _store.GetStatistics();
        WrittenBytes = end.WrittenBytes - before.WrittenBytes;
        CopiedBytes = end.CopiedBytes - before.CopiedBytes;
        Thread.Sleep(1000);
        LaterLivePercent = LivePercent();
        LaterCopiedBytes = _store.GetStatistics().CopiedBytes - end.CopiedBytes;
    }

    private double LivePercent()
    {
        StoreStatistics statistics = _store.GetStatistics();
        return 100.0 * statistics.RecordBytes / statistics.SlabBytes;
    }

    private void Set(int index)
    {
        KeySet.Write((ulong)_seed, index, _key);
        _store.Set(_key, _values.Of(index)[.._random.Next(LongestValueBytes)]);
    }
}
