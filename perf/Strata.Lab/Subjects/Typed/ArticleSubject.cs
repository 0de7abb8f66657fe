using Strata.Lab.Load;
using Strata.Lab.Operations;

namespace Strata.Lab.Subjects.Typed;

/// <summary>Objects as JSON, through <c>GetOrAddAsync</c>, with an object front or without one.</summary>
internal sealed class ArticleSubject(KeySet keys, ValueSet values, bool hasFront) : TypedSubject(keys, values, hasFront ? "front" : "json")
{
    private const int JsonBytes = 100;

    private readonly TieredCache _cache = new(OptionsFor(keys, hasFront));

    public override long Count => _cache.GetStatistics().EntryCount;

    /// <summary>Hits that returned an instance of the front, in percent.</summary>
    public double FrontHitPercent => 100.0 * _cache.GetStatistics().FrontHits / _cache.GetStatistics().Hits;

    protected override void WriteChunk(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
            _cache.Set(Keys.Utf8(index), Article.Of(index), LabJson.Default.Article);
    }

    protected override ReadTally ReadChunk(KeyWindow asked) => IsUtf8 ? ReadUtf8(asked) : ReadStrings(asked);

    private ReadTally ReadUtf8(KeyWindow asked)
    {
        ulong sum = 0;
        ReadOnlySpan<byte> keys = asked.Keys.Utf8(asked.First, asked.Count);
        for (; keys.Length >= KeySet.KeyBytes; keys = keys[KeySet.KeyBytes..])
            sum += Taken(_cache.GetOrAddAsync(keys[..KeySet.KeyBytes], 0, No<Article>.Load, LabJson.Default.Article)).Sum;
        return new(asked.Count, sum);
    }

    private ReadTally ReadStrings(KeyWindow asked)
    {
        ulong sum = 0;
        foreach (string key in asked.Keys.Strings.AsSpan(asked.First, asked.Count))
            sum += Taken(_cache.GetOrAddAsync(key, 0, No<Article>.Load, LabJson.Default.Article)).Sum;
        return new(asked.Count, sum);
    }

    public override void Dispose() => _cache.Dispose();

    private static TieredCacheOptions OptionsFor(KeySet keys, bool hasFront)
    {
        TieredCacheOptions options = Roomy(keys, JsonBytes);
        // Twice the instances: nearly every one of them has its place.
        options.ObjectFront = hasFront ? new() { Capacity = 2 * keys.Count } : null;
        return options;
    }
}
