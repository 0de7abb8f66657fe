using Strata.Lab.Load;

namespace Strata.Lab.Subjects.Typed;

/// <summary>Structs, through <c>GetOrAddAsync</c>.</summary>
internal sealed class QuoteSubject(KeySet keys, ValueSet values) : TypedSubject(keys, values, "unmanaged")
{
    private readonly TieredCache _cache = new(Roomy(keys, 64));

    public override long Count => _cache.GetStatistics().EntryCount;

    protected override void WriteChunk(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
            _cache.Set(Keys.Utf8(index), Quote.Of(index));
    }

    protected override ReadTally ReadChunk(KeyWindow asked) => IsUtf8 ? ReadUtf8(asked) : ReadStrings(asked);

    private ReadTally ReadUtf8(KeyWindow asked)
    {
        ulong sum = 0;
        ReadOnlySpan<byte> keys = asked.Keys.Utf8(asked.First, asked.Count);
        for (; keys.Length >= KeySet.KeyBytes; keys = keys[KeySet.KeyBytes..])
            sum += Taken(_cache.GetOrAddAsync(keys[..KeySet.KeyBytes], 0, No<Quote>.Load)).Sum;
        return new(asked.Count, sum);
    }

    private ReadTally ReadStrings(KeyWindow asked)
    {
        ulong sum = 0;
        foreach (string key in asked.Keys.Strings.AsSpan(asked.First, asked.Count))
            sum += Taken(_cache.GetOrAddAsync(key, 0, No<Quote>.Load)).Sum;
        return new(asked.Count, sum);
    }

    public override void Dispose() => _cache.Dispose();
}
