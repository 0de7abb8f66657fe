using System.Buffers;
using Strata.Engine;
using Strata.Lab.Load;

namespace Strata.Lab.Operations;

/// <summary>Every public operation of <see cref="ByteStore"/>, hits and misses apart, where they take different ways through it.</summary>
internal sealed class ByteStoreOperations : IOperationSet
{
    private const int KeyCount = 1000;

    private readonly ByteStore _store = new(new ByteStoreOptions { CapacityBytes = 16L << 20, DefaultTtl = TimeSpan.FromHours(1), BackgroundMaintenance = false });
    private readonly KeySet _keys = new(2 * KeyCount, seed: 1);
    private readonly ValueSet _values = new(seed: 1);
    private readonly ArrayBufferWriter<byte> _writer = new(4096);
    private readonly ReadOnlySequence<byte> _sequence = new(new byte[ValueSet.DefaultValueBytes]);
    private readonly byte[] _longValue = new byte[300_000];
    private readonly byte[] _buffer = new byte[4096];
    private int _inserted;

    public ByteStoreOperations()
    {
        for (int index = 0; index < KeyCount; index++)
            _store.Set(_keys.Utf8(index), _values.Of(index), new WriteOptions { Versioned = true });
    }

    public Type Type => typeof(ByteStore);

    public IReadOnlyCollection<string> LeftOut => [nameof(ByteStore.Dispose)];

    public IEnumerable<Operation> Operations =>
    [
        Of(nameof(ByteStore.TryGet), "span hit", index => _store.TryGet(Present(index), Buffer(), out int _)),
        Of(nameof(ByteStore.TryGet), "span with info hit", index => _store.TryGetEntry(Present(index), Buffer(), out EntryInfo _)),
        Of(nameof(ByteStore.TryGet), "span miss", index => _store.TryGet(Absent(index), Buffer(), out int _)),
        Of(nameof(ByteStore.TryGet), "span too short", index => _store.TryGet(Present(index), Buffer()[..1], out int _)),
        Of(nameof(ByteStore.TryGet), "writer hit", ReadIntoWriter),
        Of(nameof(ByteStore.TryGetInfo), "hit", index => _store.TryGetInfo(Present(index), out _)),
        Of(nameof(ByteStore.TryGetInfo), "miss", index => _store.TryGetInfo(Absent(index), out _)),
        Of(nameof(ByteStore.Set), "overwrite", index => _store.Set(Present(index), _values.Of(index))),
        Of(nameof(ByteStore.Set), "insert and evict", InsertAlways),
        Of(nameof(ByteStore.Set), "with options", index => _store.Set(Present(index), _values.Of(index), new WriteOptions { Ttl = TimeSpan.FromMinutes(1) })),
        Of(nameof(ByteStore.Set), "sequence", index => _store.Set(Present(index), _sequence, default)),
        Of(nameof(ByteStore.Set), "long value", index => _store.Set(Present(index % 8), _longValue)),
        Of(nameof(ByteStore.Add), "exists", index => _store.Add(Present(index), _values.Of(index))),
        Of(nameof(ByteStore.Add), "stored, then Remove", AddAndRemove),
        Of(nameof(ByteStore.CompareExchange), "stored", Exchange),
        Of(nameof(ByteStore.CompareExchange), "version mismatch", index => _store.CompareExchange(Present(index), _values.Of(index), -1, default, out _)),
        Of(nameof(ByteStore.Touch), "stored", index => _store.Touch(Present(index), TimeSpan.FromMinutes(2))),
        Of(nameof(ByteStore.Remove), "present, after Set", SetAndRemove),
        Of(nameof(ByteStore.Remove), "absent", index => _store.Remove(Absent(index))),
        Of(nameof(ByteStore.GetEnumerator), "first entry", EnumerateOne),
        Of(nameof(ByteStore.GetStatistics), "", _ => _store.GetStatistics()),
        Of(nameof(ByteStore.Maintain), "", _ => _store.Maintain()),
        Of(nameof(ByteStore.Clear), "", _ => _store.Clear()),
    ];

    public void Dispose() => _store.Dispose();

    private Span<byte> Buffer() => _buffer;

    private ReadOnlySpan<byte> Present(int index) => _keys.Utf8(index % KeyCount);

    private ReadOnlySpan<byte> Absent(int index) => _keys.Utf8(KeyCount + (index % KeyCount));

    private void ReadIntoWriter(int index)
    {
        _writer.ResetWrittenCount();
        _store.TryGet(Present(index), _writer, out _);
    }

    private void InsertAlways(int index)
    {
        Span<byte> key = stackalloc byte[KeySet.KeyBytes];
        KeySet.Write(2, _inserted++, key);
        _store.Set(key, _values.Of(index));
    }

    private void AddAndRemove(int index)
    {
        _store.Add(Absent(index), _values.Of(index));
        _store.Remove(Absent(index));
    }

    private void SetAndRemove(int index)
    {
        _store.Set(Absent(index), _values.Of(index));
        _store.Remove(Absent(index));
    }

    private void Exchange(int index)
    {
        ReadOnlySpan<byte> key = Present(index);
        if (!_store.TryGetInfo(key, out EntryInfo info) || info.Version == 0)
            _store.Set(key, _values.Of(index), new WriteOptions { Versioned = true });
        else
            _store.CompareExchange(key, _values.Of(index), info.Version, new WriteOptions { Versioned = true }, out _);
    }

    private void EnumerateOne(int index)
    {
        using ByteStore.EntryEnumerator entries = _store.GetEnumerator();
        entries.MoveNext();
    }

    private static Operation Of(string method, string way, Action<int> call) => new(nameof(ByteStore) + "." + method, way, count =>
    {
        for (int index = 0; index < count; index++)
            call(index);
    });
}
