using System.Buffers;
using Strata.Entries;
using Strata.Keys;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects.Typed;
using Strata.Payloads;

namespace Strata.Lab.Operations;

/// <summary>
/// Every public operation of <see cref="TieredCache"/> over memory alone. What a caller gets as an object (a string, a deserialized
/// instance) must be made: those operations have that object's size as their budget, and nothing else.
/// </summary>
internal sealed partial class TieredCacheOperations : IOperationSet
{
    private const int KeyCount = 1000;

    private static readonly string Text = new('x', 100);
    private static readonly Price Shelved = new(1, 2);
    private static readonly EntryOptions Tagged = new() { Tags = ["shelf", "price"] };
    private static readonly CacheNamespace Prefixed = new("prices");
    private static readonly Product Shown = new(1, "A name of a product", 1999);
    private static readonly Article Kept = Article.Of(1);
    private static readonly IPayloadSerializer<Price> PriceSerializer = PayloadSerializer.Unmanaged<Price>();
    private static readonly Func<TieredCacheOperations, LoadContext, Price> LoadPrice = static (_, _) => new(1, 2);
    private static readonly Func<TieredCacheOperations, LoadContext, ValueTask<Price>> LoadPriceAsync = static (_, _) => new(new Price(1, 2));
    private static readonly Action<byte[], IBufferWriter<byte>, LoadContext> NoWrite = static (_, _, _) => throw NotAHit();
    private static readonly Func<byte[], IBufferWriter<byte>, LoadContext, ValueTask> NoWriteAsync = static (_, _, _) => throw NotAHit();

    private readonly TieredCache _cache = new(new TieredCacheOptions { CapacityBytes = 16L << 20, DefaultTtl = TimeSpan.FromHours(1), BackgroundMaintenance = false });
    // Something is always pending here, and the entries are tagged.
    private readonly TieredCache _invalidated = new(new TieredCacheOptions { CapacityBytes = 16L << 20, BackgroundMaintenance = false });

    // Small, since each call that invalidates sweeps it.
    private readonly TieredCache _swept = new(new TieredCacheOptions { CapacityBytes = 1L << 20, BackgroundMaintenance = false });
    private readonly KeySet _keys = new(7 * KeyCount, seed: 1);
    private readonly TieredCache _fronted = new(new TieredCacheOptions { CapacityBytes = 16L << 20, DefaultTtl = TimeSpan.FromHours(1), BackgroundMaintenance = false, ObjectFront = new() { Capacity = 4 * KeyCount } });
    private readonly LabMeters _meters = new();
    private readonly TieredCache _watched;
    private readonly MeterWatch _watch;
    private readonly byte[] _value = new byte[ValueSet.DefaultValueBytes];
    private readonly byte[] _buffer = new byte[4096];
    private readonly ArrayBufferWriter<byte> _writer = new(4096);
    private readonly ReadOnlySequence<byte> _sequence = new(new byte[ValueSet.DefaultValueBytes]);

    public TieredCacheOperations()
    {
        _watched = new(new TieredCacheOptions { CapacityBytes = 16L << 20, DefaultTtl = TimeSpan.FromHours(1), BackgroundMaintenance = false, MeterFactory = _meters });
        _watch = new(_meters);
    }

    public Type Type => typeof(TieredCache);

    public IReadOnlyCollection<string> LeftOut => [nameof(TieredCache.Dispose), nameof(TieredCache.WarmAsync), nameof(TieredCache.WarmManyAsync), nameof(TieredCache.WarmFromAsync)];

    public IEnumerable<Operation> Operations => [.. Reads, .. AsyncReads, .. Writes, .. Loads, .. AsyncLoads, .. Removals, .. Typed, .. Invalidations, .. Many, .. Atomic];

    private IEnumerable<Operation> Reads =>
    [
        Of(nameof(TieredCache.TryGet), "span hit", index => _cache.TryGet(Bytes(index), _buffer, out _)),
        Of(nameof(TieredCache.TryGet), "span hit, string key", index => _cache.TryGet(_keys.Strings[index % KeyCount], _buffer, out _)),
        Of(nameof(TieredCache.TryGet), "span miss", index => !_cache.TryGet(Absent(index), _buffer, out _)),
        Of(nameof(TieredCache.TryGet), "span too short", index => !_cache.TryGet(Bytes(index), _buffer.AsSpan(0, 1), out _)),
        Of(nameof(TieredCache.TryGet), "writer hit", index => _cache.TryGet(Bytes(index), Emptied())),
        Of(nameof(TieredCache.TryGet), "struct hit", index => _cache.TryGet(Prices(index), out Price _)),
        Of(nameof(TieredCache.TryGet), "struct hit, interpolated key", index => _cache.TryGet($"price:{index % KeyCount}", out Price _)),
        Of(nameof(TieredCache.TryGet), "struct miss", index => !_cache.TryGet(Absent(index), out Price _)),
        Of(nameof(TieredCache.TryGet), "string of 100 hit", index => _cache.TryGet(Texts(index), out string? _)),
        Of(nameof(TieredCache.TryGet), "serializer hit", index => _cache.TryGet(Prices(index), PriceSerializer, out _)),
        Of(nameof(TieredCache.TryGet), "JSON hit", index => _cache.TryGet(Products(index), LabJson.Default.Product, out _)),
        Of(nameof(TieredCache.TryGet), "MessagePack hit", index => _cache.TryGet(Packed(index), LabPack.Product, out _)),
        Of(nameof(TieredCache.TryGet), "string front hit", index => _fronted.TryGet(Texts(index), out string? text) && ReferenceEquals(text, Text)),
        Of(nameof(TieredCache.TryGet), "front hit", index => _fronted.TryGet(Products(index), LabJson.Default.Article, out Article? article) && ReferenceEquals(article, Kept)),
        Of(nameof(TieredCache.TryGet), "span hit, all listeners on", index => _watched.TryGet(Bytes(index), _buffer, out _)),
        Of(nameof(TieredCache.TryGet), "struct hit, all listeners on", index => _watched.TryGet(Prices(index), out Price _)),
        Of(nameof(TieredCache.GetStatistics), "", _ => _cache.GetStatistics().Hits >= 0),
        Of(nameof(TieredCache.GetBackplaneStatistics), "none", _ => _cache.GetBackplaneStatistics() is null),
        Of(nameof(TieredCache.FlushAsync), "nothing behind", _ => _cache.FlushAsync().IsCompleted),
    ];

    private IEnumerable<Operation> AsyncReads =>
    [
        Of(nameof(TieredCache.TryGetAsync), "struct hit", index => Taken(_cache.TryGetAsync<Price>(Prices(index))).IsHit),
        Of(nameof(TieredCache.TryGetAsync), "struct miss", index => !Taken(_cache.TryGetAsync<Price>(Absent(index))).IsHit),
        Of(nameof(TieredCache.TryGetAsync), "serializer hit", index => Taken(_cache.TryGetAsync(Prices(index), PriceSerializer)).IsHit),
        Of(nameof(TieredCache.TryGetAsync), "JSON hit", index => Taken(_cache.TryGetAsync(Products(index), LabJson.Default.Product)).IsHit),
        Of(nameof(TieredCache.TryGetStringAsync), "string of 100 hit", index => Taken(_cache.TryGetStringAsync(Texts(index))).IsHit),
    ];

    private IEnumerable<Operation> Writes =>
    [
        Of(nameof(TieredCache.Set), "span", index => _cache.Set(Bytes(index), _value)),
        Of(nameof(TieredCache.Set), "span with TTL", index => _cache.Set(Bytes(index), _value, TimeSpan.FromMinutes(1))),
        Of(nameof(TieredCache.Set), "sequence", index => _cache.Set(Bytes(index), _sequence)),
        Of(nameof(TieredCache.Set), "string of 100", index => _cache.Set(Texts(index), Text)),
        Of(nameof(TieredCache.Set), "struct", index => _cache.Set(Prices(index), Shelved)),
        Of(nameof(TieredCache.Set), "struct, interpolated key", index => _cache.Set($"price:{index % KeyCount}", Shelved)),
        Of(nameof(TieredCache.Set), "serializer", index => _cache.Set(Prices(index), Shelved, PriceSerializer)),
        Of(nameof(TieredCache.Set), "JSON", index => _cache.Set(Products(index), Shown, LabJson.Default.Product)),
        Of(nameof(TieredCache.Set), "MessagePack", index => _cache.Set(Packed(index), Shown, LabPack.Product)),
        Of(nameof(TieredCache.SetAsync), "span", index => Taken(_cache.SetAsync(Bytes(index), _value))),
        Of(nameof(TieredCache.SetAsync), "string of 100", index => Taken(_cache.SetAsync(Texts(index), Text))),
        Of(nameof(TieredCache.SetAsync), "struct", index => Taken(_cache.SetAsync(Prices(index), Shelved))),
        Of(nameof(TieredCache.SetAsync), "serializer", index => Taken(_cache.SetAsync(Prices(index), Shelved, PriceSerializer))),
        Of(nameof(TieredCache.SetAsync), "JSON", index => Taken(_cache.SetAsync(Products(index), Shown, LabJson.Default.Product))),
    ];

    private IEnumerable<Operation> Loads =>
    [
        Of(nameof(TieredCache.GetOrAdd), "struct hit", index => _cache.GetOrAdd(Prices(index), No<Price>.Load) == Shelved),
        Of(nameof(TieredCache.GetOrAdd), "struct hit, state", index => _cache.GetOrAdd(Prices(index), this, No<Price>.LoadFrom) == Shelved),
        Of(nameof(TieredCache.GetOrAdd), "struct hit, interpolated key", index => _cache.GetOrAdd($"price:{index % KeyCount}", this, No<Price>.LoadFrom) == Shelved),
        Of(nameof(TieredCache.GetOrAdd), "string of 100 hit", index => _cache.GetOrAdd(Texts(index), No<string>.Load).Length == Text.Length),
        Of(nameof(TieredCache.GetOrAdd), "string of 100 hit, state", index => _cache.GetOrAdd(Texts(index), this, No<string>.LoadFrom).Length == Text.Length),
        Of(nameof(TieredCache.GetOrAdd), "serializer hit", index => _cache.GetOrAdd(Prices(index), No<Price>.Load, PriceSerializer) == Shelved),
        Of(nameof(TieredCache.GetOrAdd), "serializer hit, state", index => _cache.GetOrAdd(Prices(index), this, No<Price>.LoadFrom, PriceSerializer) == Shelved),
        Of(nameof(TieredCache.GetOrAdd), "JSON hit", index => _cache.GetOrAdd(Products(index), No<Product>.Load, LabJson.Default.Product).Id == Shown.Id),
        Of(nameof(TieredCache.GetOrAdd), "JSON hit, state", index => _cache.GetOrAdd(Products(index), this, No<Product>.LoadFrom, LabJson.Default.Product).Id == Shown.Id),
        Of(nameof(TieredCache.GetOrAdd), "string front hit", index => ReferenceEquals(_fronted.GetOrAdd(Texts(index), this, No<string>.LoadFrom), Text)),
        Of(nameof(TieredCache.GetOrAdd), "front hit", index => ReferenceEquals(_fronted.GetOrAdd(Products(index), this, No<Article>.LoadFrom, LabJson.Default.Article), Kept)),
        Of(nameof(TieredCache.GetOrAdd), "writer hit", LoadIntoWriter),
        Of(nameof(TieredCache.GetOrAdd), "struct load, then Remove", LoadAndRemove),
    ];

    private IEnumerable<Operation> AsyncLoads =>
    [
        Of(nameof(TieredCache.GetOrAddAsync), "struct hit", index => Taken(_cache.GetOrAddAsync(Prices(index), No<Price>.LoadAsync)) == Shelved),
        Of(nameof(TieredCache.GetOrAddAsync), "struct hit, state", index => Taken(_cache.GetOrAddAsync(Prices(index), this, No<Price>.LoadFromAsync)) == Shelved),
        Of(nameof(TieredCache.GetOrAddAsync), "string of 100 hit", index => Taken(_cache.GetOrAddAsync(Texts(index), No<string>.LoadAsync)).Length == Text.Length),
        Of(nameof(TieredCache.GetOrAddAsync), "string of 100 hit, state", index => Taken(_cache.GetOrAddAsync(Texts(index), this, No<string>.LoadFromAsync)).Length == Text.Length),
        Of(nameof(TieredCache.GetOrAddAsync), "serializer hit", index => Taken(_cache.GetOrAddAsync(Prices(index), No<Price>.LoadAsync, PriceSerializer)) == Shelved),
        Of(nameof(TieredCache.GetOrAddAsync), "serializer hit, state", index => Taken(_cache.GetOrAddAsync(Prices(index), this, No<Price>.LoadFromAsync, PriceSerializer)) == Shelved),
        Of(nameof(TieredCache.GetOrAddAsync), "JSON hit", index => Taken(_cache.GetOrAddAsync(Products(index), No<Product>.LoadAsync, LabJson.Default.Product)).Id == Shown.Id),
        Of(nameof(TieredCache.GetOrAddAsync), "JSON hit, state", index => Taken(_cache.GetOrAddAsync(Products(index), this, No<Product>.LoadFromAsync, LabJson.Default.Product)).Id == Shown.Id),
        Of(nameof(TieredCache.GetOrAddAsync), "string front hit", index => ReferenceEquals(Taken(_fronted.GetOrAddAsync(Texts(index), this, No<string>.LoadFromAsync)), Text)),
        Of(nameof(TieredCache.GetOrAddAsync), "front hit", index => ReferenceEquals(Taken(_fronted.GetOrAddAsync(Products(index), this, No<Article>.LoadFromAsync, LabJson.Default.Article)), Kept)),
        Of(nameof(TieredCache.GetOrAddAsync), "writer hit", LoadIntoWriterAsync),
        Of(nameof(TieredCache.GetOrAddAsync), "struct hit, all listeners on", index => Taken(_watched.GetOrAddAsync(Prices(index), this, No<Price>.LoadFromAsync)) == Shelved),
        Of(nameof(TieredCache.GetOrAddAsync), "struct load, then Remove", LoadAsyncAndRemove),
    ];

    private IEnumerable<Operation> Removals =>
    [
        Of(nameof(TieredCache.Remove), "present, after Set", SetAndRemove),
        Of(nameof(TieredCache.Remove), "absent", index => !_cache.Remove(Absent(index))),
        Of(nameof(TieredCache.RemoveAsync), "absent", index => !Taken(_cache.RemoveAsync(Absent(index)))),
        Of(nameof(TieredCache.Clear), "", Clear),
        Of(nameof(TieredCache.ClearAsync), "", ClearAsync),
    ];

    private IEnumerable<Operation> Invalidations =>
    [
        Of(nameof(TieredCache.TryGet), "struct hit, tagged, while an invalidation is pending", index => _invalidated.TryGet(Prices(index), out Price _)),
        Of(nameof(TieredCache.TryGet), "span hit, while an invalidation is pending", index => _invalidated.TryGet(Bytes(index), _buffer, out _)),
        Of(nameof(TieredCache.TryGet), "struct hit, key of a namespace", index => _cache.TryGet(Prefixed.Key($"{index % KeyCount}"), out Price _)),
        Of(nameof(TieredCache.Set), "struct, tagged", index => _cache.Set(Prices(index), Shelved, Tagged)),
        Of(nameof(TieredCache.Set), "struct, tagged, while an invalidation is pending", index => _invalidated.Set(Prices(index), Shelved, Tagged)),
        Of(nameof(TieredCache.RemoveByTag), "", _ => { _swept.RemoveByTag("none"); return Swept(); }),
        Of(nameof(TieredCache.RemoveByTagAsync), "", _ => Swept(_swept.RemoveByTagAsync("none"))),
        Of(nameof(TieredCache.RemoveByAnyTag), "of two", _ => { _swept.RemoveByAnyTag("none", "nothing"); return Swept(); }),
        Of(nameof(TieredCache.RemoveByAnyTagAsync), "of two", _ => Swept(_swept.RemoveByAnyTagAsync(["none", "nothing"]))),
        Of(nameof(TieredCache.RemoveByAllTags), "two", _ => { _swept.RemoveByAllTags("none", "shelf"); return Swept(); }),
        Of(nameof(TieredCache.RemoveByAllTagsAsync), "two", _ => Swept(_swept.RemoveByAllTagsAsync(["none", "shelf"]))),
        Of(nameof(TieredCache.RemoveByPrefix), "", _ => { _swept.RemoveByPrefix("none:"); return Swept(); }),
        Of(nameof(TieredCache.RemoveByPrefixAsync), "", _ => Swept(_swept.RemoveByPrefixAsync("none:"))),
        Of(nameof(TieredCache.RemoveByPattern), "", _ => { _swept.RemoveByPattern("none_*"); return Swept(); }),
        Of(nameof(TieredCache.RemoveByPatternAsync), "", _ => Swept(_swept.RemoveByPatternAsync("none_*"))),
        Of(nameof(TieredCache.Clear), "namespace", _ => { _swept.Clear(Prefixed); return Swept(); }),
        Of(nameof(TieredCache.ClearAsync), "namespace", _ => Swept(_swept.ClearAsync(Prefixed))),
        Of(nameof(TieredCache.Maintain), "", _ => Swept()),
    ];

    public void Fill()
    {
        for (int index = 0; index < KeyCount; index++)
        {
            _cache.Set(Bytes(index), _value);
            _watched.Set(Bytes(index), _value);
            _watched.Set(Prices(index), Shelved);
            _cache.Set(Texts(index), Text);
            _cache.Set(Prices(index), Shelved);
            _cache.Set(Products(index), Shown, LabJson.Default.Product);
            _cache.Set(Packed(index), Shown, LabPack.Product);
            _cache.Set($"price:{index}", Shelved);
            FillTyped(index);
            _cache.Set(Prefixed.Key($"{index}"), Shelved);
            _invalidated.Set(Bytes(index), _value);
            _invalidated.Set(Prices(index), Shelved, Tagged);
            _cache.Remove(Absent(index));
            _fronted.Set(Texts(index), Text);
            _fronted.Set(Products(index), Kept, LabJson.Default.Article);
        }

        _invalidated.RemoveByTag("none");
        _invalidated.RemoveByPattern("*none*");
        FillMany();
    }

    public void Dispose()
    {
        _cache.Dispose();
        _invalidated.Dispose();
        _swept.Dispose();
        _fronted.Dispose();
        _watched.Dispose();
        _watch.Dispose();
        _meters.Dispose();
    }

    private ReadOnlySpan<byte> Bytes(int index) => _keys.Utf8(index % KeyCount);

    private ReadOnlySpan<byte> Texts(int index) => _keys.Utf8(KeyCount + (index % KeyCount));

    private ReadOnlySpan<byte> Prices(int index) => _keys.Utf8((2 * KeyCount) + (index % KeyCount));

    private ReadOnlySpan<byte> Products(int index) => _keys.Utf8((3 * KeyCount) + (index % KeyCount));

    private ReadOnlySpan<byte> Packed(int index) => _keys.Utf8((5 * KeyCount) + (index % KeyCount));

    private ReadOnlySpan<byte> Absent(int index) => _keys.Utf8((4 * KeyCount) + (index % KeyCount));

    private ArrayBufferWriter<byte> Emptied()
    {
        _writer.ResetWrittenCount();
        return _writer;
    }

    private bool LoadIntoWriter(int index)
    {
        _cache.GetOrAdd(Bytes(index), Emptied(), _value, NoWrite);
        return _writer.WrittenCount == _value.Length;
    }

    private bool LoadIntoWriterAsync(int index)
    {
        Done(_cache.GetOrAddAsync(Bytes(index), Emptied(), _value, NoWriteAsync));
        return _writer.WrittenCount == _value.Length;
    }

    private bool LoadAndRemove(int index) => _cache.GetOrAdd(Absent(index), this, LoadPrice) == Shelved && _cache.Remove(Absent(index));

    private bool LoadAsyncAndRemove(int index) => Taken(_cache.GetOrAddAsync(Absent(index), this, LoadPriceAsync)) == Shelved && _cache.Remove(Absent(index));

    private bool SetAndRemove(int index) => _cache.Set(Absent(index), _value) && _cache.Remove(Absent(index));

    private bool Clear(int index)
    {
        _cache.Clear();
        return true;
    }

    private bool ClearAsync(int index)
    {
        Done(_cache.ClearAsync());
        return true;
    }

    private bool Swept(ValueTask call)
    {
        Done(call);
        return Swept();
    }

    /// <summary>Sweeps what an invalidation left to be swept, so that the next one finds nothing pending.</summary>
    private bool Swept()
    {
        _swept.Maintain();
        return true;
    }

    /// <summary>Over memory alone every call completes before it returns; one that did not would be no hit.</summary>
    private static T Taken<T>(ValueTask<T> call) => call.IsCompletedSuccessfully ? call.Result : throw NotAHit();

    private static void Done(ValueTask call)
    {
        if (!call.IsCompletedSuccessfully)
            throw NotAHit();
        call.GetAwaiter().GetResult();
    }

    private static InvalidOperationException NotAHit() => new("A call that memory alone can answer did not complete from it.");

    private static Operation Of(string method, string way, Func<int, bool> call) => Operation.Of(typeof(TieredCache), method, way, call);

    /// <summary>Factories for calls that must not need one.</summary>
    private static class No<T>
    {
        public static readonly Func<LoadContext, T> Load = static _ => throw NotAHit();
        public static readonly Func<LoadContext, ValueTask<T>> LoadAsync = static _ => throw NotAHit();
        public static readonly Func<TieredCacheOperations, LoadContext, T> LoadFrom = static (_, _) => throw NotAHit();
        public static readonly Func<TieredCacheOperations, LoadContext, ValueTask<T>> LoadFromAsync = static (_, _) => throw NotAHit();
    }
}
