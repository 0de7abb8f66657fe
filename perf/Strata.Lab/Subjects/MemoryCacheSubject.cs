using Microsoft.Extensions.Caching.Memory;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Subjects;

/// <summary>MemoryCache bounded by a number of entries, each of size 1 and with a TTL of an hour; its other settings are its defaults.</summary>
internal sealed class MemoryCacheSubject : Subject
{
    public const string SubjectName = "memorycache";

    private readonly MemoryCache _cache;
    private readonly MemoryCacheEntryOptions _entry = new() { Size = 1, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
    private readonly string[] _strings;

    public MemoryCacheSubject(KeySet keys, ValueSet values, int entryLimit)
        : base(keys, values)
    {
        _cache = new(new MemoryCacheOptions { SizeLimit = entryLimit });
        _strings = keys.Strings;
    }

    public override string Name => SubjectName;

    public override long Count => _cache.Count;

    protected override void WriteChunk(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
            _cache.Set(_strings[index], Values.Of(index).ToArray(), _entry);
    }

    protected override void WriteChunk(KeyWindow given)
    {
        ReadOnlySpan<string> strings = given.Keys.Strings.AsSpan(given.First, given.Count);
        for (int i = 0; i < strings.Length; i++)
            _cache.Set(strings[i], Values.Of(i).ToArray(), _entry);
    }

    protected override ReadTally ReadChunk(KeyWindow asked)
    {
        Checksum checksum = default;
        int hits = 0;
        foreach (string key in asked.Keys.Strings.AsSpan(asked.First, asked.Count))
        {
            if (!_cache.TryGetValue(key, out byte[]? value))
                continue;
            checksum.Add(value);
            hits++;
        }

        return new(hits, checksum.Sum);
    }

    public override void Dispose() => _cache.Dispose();
}
