using System.Buffers;
using Strata.Engine;
using Strata.Engine.Insight;
using Strata.Lab.Load;

namespace Strata.Lab.Operations;

/// <summary>Every public operation of <see cref="ByteStore"/>, hits and misses apart, where they take different ways through it.</summary>
internal sealed class ByteStoreOperations : IOperationSet
{
    private const int KeyCount = 1000;
    private const int BatchKeys = 20;

    private readonly ByteStore _store = new(new ByteStoreOptions { CapacityBytes = 2L << 20, DefaultTtl = TimeSpan.FromHours(1), BackgroundMaintenance = false });
    private readonly KeySet _keys = new(2 * KeyCount, seed: 1);
    private readonly ValueSet _values = new(seed: 1);
    private readonly ArrayBufferWriter<byte> _writer = new(4096);
    private readonly ReadOnlySequence<byte> _sequence = new(new byte[ValueSet.DefaultValueBytes]);
    private readonly byte[] _longValue = new byte[300_000];
    private readonly byte[] _buffer = new byte[4096];
    private readonly byte[] _notes = new byte[WriteOptions.MaxNotesBytes];
    private readonly int[] _ends = [.. Enumerable.Range(1, BatchKeys).Select(count => count * KeySet.KeyBytes)];
    private readonly BatchRead[] _reads = new BatchRead[BatchKeys];
    private readonly WriteOutcome[] _outcomes = new WriteOutcome[BatchKeys];
    private readonly InsightOptions _lookAtFew = new() { SampledEntries = 64, TopKeys = 0 };
    private int _inserted;

    public Type Type => typeof(ByteStore);

    // A report reads the system's map of the process: how much text that is depends on the process.
    public IReadOnlyCollection<string> LeftOut => [nameof(ByteStore.Dispose), nameof(ByteStore.GetMemoryReport)];

    public IEnumerable<Operation> Operations => [.. Reads, .. Writes, .. Others];

    private IEnumerable<Operation> Reads =>
    [
        Of(nameof(ByteStore.TryGet), "span hit", index => _store.TryGet(Present(index), _buffer, out int _) == ReadOutcome.Hit),
        Of(nameof(ByteStore.TryGet), "span miss", index => _store.TryGet(Absent(index), _buffer, out int _) == ReadOutcome.Miss),
        Of(nameof(ByteStore.TryGet), "span too short", index => _store.TryGet(Present(index), _buffer.AsSpan(0, 1), out int _) == ReadOutcome.DestinationTooShort),
        Of(nameof(ByteStore.TryGet), "writer hit", ReadIntoWriter),
        Of(nameof(ByteStore.TryGetEntry), "hit", index => _store.TryGetEntry(Present(index), _buffer, out _) == ReadOutcome.Hit),
        Of(nameof(ByteStore.TryGet), "span marked", index => SetMarked(index) && _store.TryGet(Present(index), _buffer, out int _) == ReadOutcome.Marked),
        Of(nameof(ByteStore.TryGet), "writer and notes hit", ReadNotesIntoWriter),
        Of(nameof(ByteStore.TryGetEntry), "notes hit", index => SetMarked(index) && _store.TryGetEntry(Present(index), _buffer, _notes, out _) == ReadOutcome.Hit),
        Of(nameof(ByteStore.TryGetNotes), "hit", index => SetMarked(index) && _store.TryGetNotes(Present(index), _notes, out _)),
        Of(nameof(ByteStore.TryGetInfo), "hit", index => _store.TryGetInfo(Present(index), out _)),
        Of(nameof(ByteStore.TryGetInfo), "miss", index => !_store.TryGetInfo(Absent(index), out _)),
        Of(nameof(ByteStore.HashOf), "", index => _store.HashOf(Present(index)) != 0),
        Of(nameof(ByteStore.IsCurrent), "hit", IsCurrent),
        Of(nameof(ByteStore.TryGetVersioned), "hit", ReadVersionIntoWriter),
        Of(nameof(ByteStore.TryLease), "hit", index => Lease(Present(index))),
        Of(nameof(ByteStore.TryLease), "long value, sequence", index => _store.Set(Present(index % 4), _longValue.AsSpan(0, 100_000)) == WriteOutcome.Stored && Lease(Present(index % 4))),
        Of(nameof(ByteStore.TryLease), "miss", index => _store.TryLease(Absent(index), out _) == ReadOutcome.Miss),
        Of(nameof(ByteStore.TryGetMany), "hits", index => _store.TryGetMany(new ByteSpans(Present(index - (index % BatchKeys), BatchKeys), _ends), _buffer, _reads) == BatchKeys),
    ];

    private IEnumerable<Operation> Writes =>
    [
        Of(nameof(ByteStore.Set), "overwrite", index => _store.Set(Present(index), _values.Of(index)) == WriteOutcome.Stored),
        Of(nameof(ByteStore.Set), "insert and evict", InsertAlways),
        Of(nameof(ByteStore.Set), "with options", index => _store.Set(Present(index), _values.Of(index), new WriteOptions { Ttl = TimeSpan.FromMinutes(1) }) == WriteOutcome.Stored),
        Of(nameof(ByteStore.Set), "sequence", index => _store.Set(Present(index), _sequence, default) == WriteOutcome.Stored),
        Of(nameof(ByteStore.Set), "long value", index => _store.Set(Present(index % 4), _longValue) == WriteOutcome.Stored),
        Of(nameof(ByteStore.Add), "exists", index => _store.Add(Present(index), _values.Of(index)) == WriteOutcome.Exists),
        Of(nameof(ByteStore.Add), "stored, then Remove", index => _store.Add(Absent(index), _values.Of(index)) == WriteOutcome.Stored && _store.Remove(Absent(index))),
        Of(nameof(ByteStore.CompareExchange), "stored", Exchange),
        Of(nameof(ByteStore.CompareExchange), "version mismatch", index => _store.CompareExchange(Present(index), _values.Of(index), -1, default, out _) == WriteOutcome.VersionMismatch),
        Of(nameof(ByteStore.Set), "everything, with the version", SetEverything),
        Of(nameof(ByteStore.Add), "replaceable", index => SetMarked(index) && _store.Add(Present(index), _values.Of(index), default, default(Marked)) == WriteOutcome.Stored),
        Of(nameof(ByteStore.Extend), "stored", index => SetEverything(index) && _store.Extend(Present(index), default(Marked), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)) == WriteOutcome.Stored),
        Of(nameof(ByteStore.Touch), "stored", index => _store.Touch(Present(index), TimeSpan.FromMinutes(2)) == WriteOutcome.Stored),
        Of(nameof(ByteStore.Remove), "present, after Set", index => _store.Set(Absent(index), _values.Of(index)) == WriteOutcome.Stored && _store.Remove(Absent(index))),
        Of(nameof(ByteStore.Remove), "matching, after Set", index => SetMarked(index) && _store.Remove(Present(index), default(Marked))),
        Of(nameof(ByteStore.MakeStale), "made", index => SetEverything(index) && _store.MakeStale(Present(index), default(MarkedStale))),
        Of(nameof(ByteStore.SweepStep), "64 buckets", Sweep),
        Of(nameof(ByteStore.SweepStaleStep), "64 buckets", SweepStale),
        Of(nameof(ByteStore.Remove), "absent", index => !_store.Remove(Absent(index))),
        Of(nameof(ByteStore.SetMany), "stored, then RemoveMany", SetAndRemoveMany),
        Of(nameof(ByteStore.RemoveMany), "absent", index => _store.RemoveMany(new ByteSpans(_keys.Utf8(KeyCount, BatchKeys), _ends)) == 0),
    ];

    private IEnumerable<Operation> Others =>
    [
        Of(nameof(ByteStore.GetEnumerator), "first entry", EnumerateOne),
        Of(nameof(ByteStore.GetStatistics), "", _ => _store.GetStatistics().CapacityBytes > 0),
        Of(nameof(ByteStore.GetInsight), "", _ => _store.GetInsight(_lookAtFew).SampledEntries > 0),
        Of(nameof(ByteStore.Maintain), "", Maintain),
        Of(nameof(ByteStore.SetCapacity), "", SetCapacity),
        Of(nameof(ByteStore.Trim), "", _ => _store.Trim() >= 0),
        Of(nameof(ByteStore.Clear), "", Clear),
    ];

    public void Fill()
    {
        for (int index = 0; index < KeyCount; index++)
        {
            _store.Set(Present(index), _values.Of(index), new WriteOptions { Versioned = true });
            _store.Remove(Absent(index));
        }
    }

    public void Dispose() => _store.Dispose();

    private bool SetCapacity(int index)
    {
        _store.SetCapacity(index % 2 == 0 ? _store.MinCapacityBytes : _store.MaxCapacityBytes);
        return true;
    }

    private ReadOnlySpan<byte> Present(int index) => _keys.Utf8(index % KeyCount);

    private ReadOnlySpan<byte> Absent(int index) => _keys.Utf8(KeyCount + (index % KeyCount));

    private ReadOnlySpan<byte> Present(int index, int count) => _keys.Utf8(index % KeyCount, count);

    private bool SetAndRemoveMany(int index)
    {
        ByteSpans keys = new(_keys.Utf8(KeyCount, BatchKeys), _ends);
        // Keys serve as values: any bytes do.
        return _store.SetMany(keys, keys, default, _outcomes) == BatchKeys && _store.RemoveMany(keys) == BatchKeys;
    }

    private bool ReadIntoWriter(int index)
    {
        _writer.ResetWrittenCount();
        return _store.TryGet(Present(index), _writer, out _) == ReadOutcome.Hit;
    }

    private bool ReadNotesIntoWriter(int index)
    {
        _writer.ResetWrittenCount();
        return SetEverything(index) && _store.TryGet(Present(index), _writer, _notes, out EntryInfo info) == ReadOutcome.Hit && info.NotesBytes != 0;
    }

    private bool SetMarked(int index) =>
        _store.Set(Present(index), _values.Of(index), new WriteOptions { IsMarked = true, Notes = Present(index) }) == WriteOutcome.Stored;

    private bool SetEverything(int index)
    {
        var options = new WriteOptions
        {
            SoftTtl = TimeSpan.FromMinutes(1), Ttl = TimeSpan.FromMinutes(2), Versioned = true, IsMarked = true, Notes = Present(index), Priority = EntryPriority.High,
        };
        return _store.Set(Present(index), _values.Of(index), in options, out long version) == WriteOutcome.Stored && version != 0;
    }

    private bool Sweep(int index)
    {
        SweepCursor cursor = default;
        return SetMarked(index) && _store.SweepStep(ref cursor, default(Marked), 64, out int removed) | removed >= 0;
    }

    private bool SweepStale(int index)
    {
        SweepCursor cursor = default;
        return SetMarked(index) && _store.SweepStaleStep(ref cursor, default(MarkedStale), 64, out int made) | made >= 0;
    }

    private bool ReadVersionIntoWriter(int index)
    {
        _writer.ResetWrittenCount();
        return _store.TryGetVersioned(Present(index), _writer, out long version) == ReadOutcome.Hit && version != 0;
    }

    private bool IsCurrent(int index)
    {
        ReadOnlySpan<byte> key = Present(index);
        return _store.TryGetInfo(key, out EntryInfo info) && _store.IsCurrent(key, _store.HashOf(key), info.Version);
    }

    private bool Lease(ReadOnlySpan<byte> key)
    {
        if (_store.TryLease(key, out ValueLease lease) != ReadOutcome.Hit)
            return false;
        bool isWhole = lease.Sequence.Length == lease.Length && !lease.IsCopy;
        lease.Dispose();
        return isWhole;
    }

    private bool InsertAlways(int index)
    {
        Span<byte> key = stackalloc byte[KeySet.KeyBytes];
        KeySet.Write(2, _inserted++, key);
        return _store.Set(key, _values.Of(index)) == WriteOutcome.Stored;
    }

    private bool Exchange(int index)
    {
        ReadOnlySpan<byte> key = Present(index);
        return _store.TryGetInfo(key, out EntryInfo info)
            && _store.CompareExchange(key, _values.Of(index), info.Version, new WriteOptions { Versioned = true }, out _) == WriteOutcome.Stored;
    }

    private bool EnumerateOne(int index)
    {
        using ByteStore.EntryEnumerator entries = _store.GetEnumerator();
        return entries.MoveNext();
    }

    private bool Maintain(int index)
    {
        _store.Maintain();
        return true;
    }

    private bool Clear(int index)
    {
        _store.Clear();
        return true;
    }

    private readonly struct Marked : IEntryTest
    {
        public bool Matches(in EntryView entry) => entry.Info.IsMarked;
    }

    private readonly struct MarkedStale : IStaleTest
    {
        public bool Matches(in EntryView entry) => entry.Info.IsMarked;

        public long GraceMs(in EntryView entry) => long.MaxValue;
    }

    private static Operation Of(string method, string way, Func<int, bool> call) => Operation.Of(typeof(ByteStore), method, way, call);
}
