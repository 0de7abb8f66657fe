namespace Strata.Lab.Load;

/// <summary>Values of one length. There are few distinct ones, so that reading them costs the writer no cache misses.</summary>
internal sealed class ValueSet
{
    public const int DefaultValueBytes = 100;

    private const int DistinctCount = 1024;

    private readonly byte[] _packed;

    public ValueSet(int seed, int valueBytes = DefaultValueBytes)
    {
        ValueBytes = valueBytes;
        _packed = new byte[DistinctCount * valueBytes];
        new Random(seed).NextBytes(_packed);
    }

    public int ValueBytes { get; }

    /// <summary>The value that belongs to key <paramref name="index"/>: the same for every subject.</summary>
    public ReadOnlySpan<byte> Of(int index) => _packed.AsSpan((index & (DistinctCount - 1)) * ValueBytes, ValueBytes);

    /// <summary>The values of <paramref name="count"/> indices, one behind the other; all of them must stand before the values begin anew.</summary>
    public ReadOnlySpan<byte> Of(int index, int count) => _packed.AsSpan((index & (DistinctCount - 1)) * ValueBytes, count * ValueBytes);
}
