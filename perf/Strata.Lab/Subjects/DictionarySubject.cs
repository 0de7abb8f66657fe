using System.Collections.Concurrent;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Subjects;

/// <summary>
/// The bar, though not a cache: no eviction, no expiry. It owns what it holds: a write given spans makes an array of the value, and a string of a key that is not there yet.
/// </summary>
internal sealed class DictionarySubject : Subject
{
    public const string SubjectName = "dictionary";

    private readonly ConcurrentDictionary<string, byte[]> _map;
    private readonly ConcurrentDictionary<string, byte[]>.AlternateLookup<ReadOnlySpan<char>> _spans;
    private readonly string[] _strings;

    /// <param name="keys">The keys.</param>
    /// <param name="values">The values.</param>
    /// <param name="sizedFor">Entries to make room for at once, or 0 to grow as they come.</param>
    public DictionarySubject(KeySet keys, ValueSet values, int sizedFor = 0)
        : base(keys, values)
    {
        _map = sizedFor == 0 ? new() : new(Environment.ProcessorCount, sizedFor);
        _spans = _map.GetAlternateLookup<ReadOnlySpan<char>>();
        _strings = keys.Strings;
    }

    public override string Name => SubjectName;

    public override long Count => _map.Count;

    protected override void WriteChunk(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
            _map[_strings[index]] = Values.Of(index).ToArray();
    }

    protected override void WriteChunk(KeyWindow given)
    {
        ReadOnlySpan<string> strings = given.Keys.Strings.AsSpan(given.First, given.Count);
        for (int i = 0; i < strings.Length; i++)
            _spans[strings[i]] = Values.Of(i).ToArray();
    }

    protected override ReadTally ReadChunk(KeyWindow asked)
    {
        Checksum checksum = default;
        int hits = 0;
        foreach (string key in asked.Keys.Strings.AsSpan(asked.First, asked.Count))
        {
            if (!_map.TryGetValue(key, out byte[]? value))
                continue;
            checksum.Add(value);
            hits++;
        }

        return new(hits, checksum.Sum);
    }

    public override void Dispose() => _map.Clear();
}
