using Microsoft.Extensions.Caching.Memory;
using Strata.Lab.Load;

namespace Strata.Lab.Subjects.Typed;

/// <summary>Objects in MemoryCache, which hands out the one it was given.</summary>
internal sealed class MemoryCacheArticleSubject(KeySet keys, ValueSet values) : TypedSubject(keys, values, MemoryCacheSubject.SubjectName)
{
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = keys.Count });
    private readonly MemoryCacheEntryOptions _entry = new() { Size = 1, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };

    public override long Count => _cache.Count;

    protected override void WriteChunk(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
            _cache.Set(Keys.Strings[index], Article.Of(index), _entry);
    }

    protected override ReadTally ReadChunk(KeyWindow asked)
    {
        ulong sum = 0;
        foreach (string key in asked.Keys.Strings.AsSpan(asked.First, asked.Count))
            sum += _cache.TryGetValue(key, out Article? article) ? article!.Sum : throw NotAHit();
        return new(asked.Count, sum);
    }

    public override void Dispose() => _cache.Dispose();
}
