using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Tests.Memory;
using Xunit;

namespace Strata.Engine.Tests.Index;

/// <summary>An index without a store, over records that are keys alone. It grows as a store's does.</summary>
internal sealed unsafe class IndexUnderTest : IDisposable
{
    private const int PageCount = 256;
    private const int LineBytes = 64;

    private readonly PoolUnderTest _memory = new(PageCount);
    private readonly HashSecret _secret;
    private readonly ulong[] _rootMemory = GC.AllocateArray<ulong>(2 * LineBytes / sizeof(ulong), pinned: true);
    private readonly RecordReader _records;
    private readonly ReservedPages _reserve;
    private readonly HashIndex _index;
    private readonly Dictionary<byte[], nint> _places = new(ReferenceEqualityComparer.Instance);
    private int _page;
    private int _usedBytes = PoolUnderTest.PageBytes;

    public IndexUnderTest(HashSecret secret)
    {
        _secret = secret;
        _records = new RecordReader(_memory.Start, secret.Words);
        _reserve = new ReservedPages(_memory.Pool);
        // The array is pinned and lives as long as this.
        var start = (ulong)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_rootMemory));
        var root = (IndexRoot*)((start + LineBytes - 1) & ~(ulong)(LineBytes - 1));
        _index = new HashIndex(root, _records, _memory.Pool, _memory.Pool.TableOf(0, PageCount), _memory.Pool.TableOf(1, PageCount));
        _index.AddFirstPage(_memory.Pool.TryTake(PageKind.Index));
    }

    /// <summary>The most entries that one head bucket leads to.</summary>
    public int LongestChain
    {
        get
        {
            int longest = 0;
            for (uint head = 0; head < _index.HeadCount; head++)
            {
                int count = 0;
                foreach (IndexSlot _ in _index.SlotsOf(head))
                    count++;
                longest = Math.Max(longest, count);
            }

            return longest;
        }
    }

    public void Insert(byte[] key)
    {
        // The record of a key that was removed is still there.
        if (!_places.TryGetValue(key, out nint record))
            _places[key] = record = (nint)Append(key);
        ulong hash = KeyHash.Compute(key, _secret);
        if (_index.WantsPage)
            _index.TakePages(_reserve);
        Assert.True(_index.TryInsert(hash, new IndexSlot(hash, _records.LocationOf((byte*)record), isMain: false, frequency: 0)));
        _index.GrowIfCrowded();
    }

    public void Remove(byte[] key)
    {
        Assert.True(TryFind(key, out SlotPosition position));
        _index.Remove(position);
    }

    public bool Contains(byte[] key) => TryFind(key, out _);

    /// <summary>One step; false when there is no more to be had.</summary>
    public bool TryShrink()
    {
        long bytes = 0;
        return _index.TryShrink(ref bytes);
    }

    /// <summary>Every chain is compact, and the buckets add up.</summary>
    public void Verify()
    {
        long buckets = 0;
        for (uint head = 0; head < _index.HeadCount; head++)
            buckets += _index.VerifyChain(head);
        _index.VerifyOverflow(buckets);
    }

    public void Dispose() => _memory.Dispose();

    private bool TryFind(byte[] key, out SlotPosition position)
    {
        fixed (byte* bytes = key)
            return _index.TryFind(bytes, key.Length, KeyHash.Compute(key, _secret), out position);
    }

    private byte* Append(byte[] key)
    {
        var header = new RecordHeader(key.Length, 0, default);
        int recordBytes = header.RecordBytes(PoolUnderTest.PageBytes);
        if (_usedBytes + recordBytes > PoolUnderTest.PageBytes)
            (_page, _usedBytes) = (_memory.Pool.TryTake(PageKind.Probation), 0);
        byte* record = _memory.Pool.AddressOf(_page) + _usedBytes;
        _usedBytes += recordBytes;
        header.Write(record);
        key.CopyTo(new Span<byte>(record + header.KeyOffset, key.Length));
        return record;
    }
}
