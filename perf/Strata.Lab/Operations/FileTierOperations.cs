using System.Buffers;
using Strata.Files;
using Strata.Lab.Load;
using Strata.Tiers;

namespace Strata.Lab.Operations;

/// <summary>Every operation of <see cref="FileTier"/> that a running cache makes, in a temporary directory. What a write allocates is an object for each chunk of a megabyte, and now and then a longer list of a segment's entries.</summary>
internal sealed class FileTierOperations : IOperationSet
{
    private const int KeyCount = 1000;

    private readonly string _directory = Directory.CreateTempSubdirectory("strata-lab-alloc-").FullName;
    private readonly FileTier _tier;
    private readonly byte[][] _present = Keys(seed: 1);
    private readonly byte[][] _absent = Keys(seed: 2);
    private readonly ReadOnlySequence<byte> _value = new(new byte[ValueSet.DefaultValueBytes]);
    private readonly ArrayBufferWriter<byte> _writer = new(4096);

    public FileTierOperations() => _tier = new FileTier(_directory, new FileTierOptions { CapacityBytes = 64L << 20 });

    public Type Type => typeof(FileTier);

    // A flush goes through the pool, rules are kept, and a listing is of a warm restart.
    public IReadOnlyCollection<string> LeftOut => [nameof(FileTier.Dispose), nameof(FileTier.DisposeAsync), nameof(FileTier.FlushAsync), nameof(FileTier.InvalidateAsync), nameof(FileTier.ListRecent)];

    public IEnumerable<Operation> Operations =>
    [
        Of(nameof(FileTier.GetAsync), "hit", index => Get(_present[index % KeyCount]).Status == TierReadStatus.Hit),
        Of(nameof(FileTier.GetAsync), "miss", index => Get(_absent[index % KeyCount]).Status == TierReadStatus.Miss),
        Of(nameof(FileTier.SetAsync), "overwrite", index => _tier.SetAsync(_present[index % KeyCount], _value).Result == TierWriteStatus.Done),
        Of(nameof(FileTier.RemoveAsync), "present, after SetAsync", index => _tier.SetAsync(_absent[index % KeyCount], _value).Result == TierWriteStatus.Done && Remove(_absent[index % KeyCount]) == TierWriteStatus.Done),
        Of(nameof(FileTier.RemoveAsync), "absent", index => Remove(_absent[index % KeyCount]) == TierWriteStatus.NotFound),
        Of(nameof(FileTier.MarkStaleAsync), "", _ => _tier.MarkStaleAsync().Result == TierWriteStatus.Done),
        Of(nameof(FileTier.ClearAsync), "", _ => _tier.ClearAsync().Result == TierWriteStatus.Done),
        Of(nameof(FileTier.GetStatistics), "", _ => _tier.GetStatistics().CapacityBytes > 0),
    ];

    public void Fill()
    {
        foreach (byte[] key in _absent)
            Remove(key);
        foreach (byte[] key in _present)
            _tier.SetAsync(key, _value).GetAwaiter().GetResult();
        // Reads go to the files.
        _tier.FlushAsync().GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _tier.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private static byte[][] Keys(int seed)
    {
        var keys = new KeySet(KeyCount, seed);
        return [.. Enumerable.Range(0, KeyCount).Select(index => keys.Utf8(index).ToArray())];
    }

    private TierRead Get(byte[] key)
    {
        _writer.ResetWrittenCount();
        return _tier.GetAsync(key, _writer).Result;
    }

    private TierWriteStatus Remove(byte[] key) => _tier.RemoveAsync(key).Result;

    private static Operation Of(string method, string way, Func<int, bool> call) => Operation.Of(typeof(FileTier), method, way, call);
}
