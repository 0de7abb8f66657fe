using Strata.Engine;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Subjects;

/// <summary>The store of a <see cref="StrataSubject"/>, read and written in batches.</summary>
internal sealed class StrataBatchSubject : Subject
{
    public const string SubjectName = "batch";

    private readonly ByteStore _store;
    private readonly ByteStore? _owned;
    private readonly int[] _ends;
    private readonly int[] _valueEnds;
    private readonly BatchRead[] _results;
    private readonly WriteOutcome[] _outcomes;
    private readonly byte[] _buffer;

    /// <summary>Over a store of its own.</summary>
    public StrataBatchSubject(KeySet keys, ValueSet values, long capacityBytes, int batchKeys)
        : this(new StrataSubject(keys, values, capacityBytes).Store, keys, values, batchKeys) => _owned = _store;

    /// <summary>Over another subject's store, which stays that one's.</summary>
    public StrataBatchSubject(StrataSubject strata, KeySet keys, ValueSet values, int batchKeys)
        : this(strata.Store, keys, values, batchKeys)
    {
    }

    private StrataBatchSubject(ByteStore store, KeySet keys, ValueSet values, int batchKeys)
        : base(keys, values)
    {
        _store = store;
        _ends = [.. Enumerable.Range(1, batchKeys).Select(count => count * KeySet.KeyBytes)];
        _valueEnds = [.. Enumerable.Range(1, batchKeys).Select(count => count * values.ValueBytes)];
        _results = new BatchRead[batchKeys];
        _outcomes = new WriteOutcome[batchKeys];
        _buffer = new byte[batchKeys * values.ValueBytes];
    }

    public override string Name => SubjectName;

    public override long Count => _store.GetStatistics().EntryCount;

    public int BatchKeys => _ends.Length;

    protected override void WriteChunk(ReadOnlySpan<int> indices) => throw new NotSupportedException("The store is filled through its own subject.");

    protected override void WriteChunk(KeyWindow given)
    {
        for (int done = 0; done < given.Count; done += _ends.Length)
        {
            int count = Math.Min(given.Count - done, _ends.Length);
            ByteSpans keys = new(given.Keys.Utf8(given.First + done, count), _ends.AsSpan(0, count));
            _store.SetMany(keys, new ByteSpans(Values.Of(done, count), _valueEnds.AsSpan(0, count)), default, _outcomes);
        }
    }

    protected override ReadTally ReadChunk(KeyWindow asked)
    {
        Checksum checksum = default;
        int hits = 0;
        ReadOnlySpan<byte> keys = asked.Keys.Utf8(asked.First, asked.Count);
        for (int left = asked.Count; left > 0; left -= _ends.Length)
        {
            int count = Math.Min(left, _ends.Length);
            hits += _store.TryGetMany(new ByteSpans(keys, _ends.AsSpan(0, count)), _buffer, _results);
            foreach (BatchRead read in _results.AsSpan(0, count))
            {
                if (read.Outcome == ReadOutcome.Hit)
                    checksum.Add(_buffer.AsSpan(read.Start, read.ValueBytes));
            }

            keys = keys[(count * KeySet.KeyBytes)..];
        }

        return new(hits, checksum.Sum);
    }

    public override void Dispose() => _owned?.Dispose();
}
