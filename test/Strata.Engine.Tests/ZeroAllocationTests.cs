using System.Buffers;
using Strata.Engine.Removals;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>Each operation, measured on its own thread after a warm-up: not one byte of managed memory.</summary>
public sealed class ZeroAllocationTests : IDisposable
{
    private const int WarmUps = 2000;
    private const int Measured = 2000;
    private const int Rounds = 5;
    private const int KeyCount = 256;

    private readonly StoreUnderTest _subject = new(o => o.CapacityBytes = 4 << 20);
    private readonly byte[][] _keys = [.. Enumerable.Range(0, KeyCount).Select(i => TestBytes.Key(i, 12))];
    private readonly byte[] _value = TestBytes.Value(1, 200);
    private readonly byte[] _long = TestBytes.Value(1, 20_000);
    private readonly byte[] _destination = new byte[20_000];
    private readonly ArrayBufferWriter<byte> _writer = new(1 << 20);

    private ByteStore Store => _subject.Store;

    public void Dispose() => _subject.Dispose();

    [Fact]
    public void TryGet_Hit_AllocatesNothing()
    {
        Fill();
        AssertNothing(i => Store.TryGet(_keys[i % KeyCount], _destination, out int _));
        AssertNothing(i => Store.TryGetEntry(_keys[i % KeyCount], _destination, out EntryInfo _));
        AssertNothing(i => Store.TryGetInfo(_keys[i % KeyCount], out _));
    }

    [Fact]
    public void TryGet_MissOrTooShort_AllocatesNothing()
    {
        Fill();
        byte[] absent = "absent"u8.ToArray();
        AssertNothing(_ => Store.TryGet(absent, _destination, out int _));
        AssertNothing(i => Store.TryGet(_keys[i % KeyCount], _destination.AsSpan(0, 10), out int _));
    }

    [Fact]
    public void TryGet_IntoWriter_AllocatesNothing()
    {
        Fill();
        AssertNothing(i =>
        {
            _writer.ResetWrittenCount();
            Store.TryGet(_keys[i % KeyCount], _writer, out _);
        });
    }

    [Fact]
    public void Batches_AllocateNothing()
    {
        Fill();
        ReadOnlyMemory<byte>[] keys = [.. _keys.Take(40)], values = [.. _keys.Take(40).Select(_ => _value)];
        var results = new BatchRead[40];
        var outcomes = new WriteOutcome[40];
        AssertNothing(_ => Store.TryGetMany(new ByteSpans(keys), _destination, results));
        AssertNothing(_ => Store.SetMany(new ByteSpans(keys), new ByteSpans(values), default, outcomes));
        AssertNothing(_ => Store.RemoveMany(new ByteSpans(keys)));
    }

    [Fact]
    public void TryGet_LongValue_AllocatesNothing()
    {
        Store.Set(_keys[0], _long);
        AssertNothing(_ => Store.TryGet(_keys[0], _destination, out int _));
        AssertNothing(_ =>
        {
            _writer.ResetWrittenCount();
            Store.TryGet(_keys[0], _writer, out EntryInfo _);
        });
    }

    [Fact]
    public void TryLease_SpanOrSequence_AllocatesNothing()
    {
        Fill();
        Store.Set("long"u8, _long);
        AssertNothing(i => Lease(_keys[i % KeyCount], isSpan: true));
        AssertNothing(i => Lease(_keys[i % KeyCount], isSpan: false));
        AssertNothing(_ => Lease("long"u8, isSpan: false));

        var held = new ValueLease[6];
        for (int i = 0; i < held.Length; i++)
            Store.TryLease(_keys[0], out held[i]);
        // Copies, whose buffers a collection may take from their pool now and then.
        AssertAtMost(Measured * _value.Length / 20, i => Lease(_keys[i % KeyCount], isSpan: true));
        AssertAtMost(Measured * _long.Length / 20, _ => Lease("long"u8, isSpan: true));
        Array.ForEach(held, lease => lease.Dispose());
    }

    [Fact]
    public void Set_NewAndOverwritten_AllocatesNothing() =>
        AssertNothing(i => Store.Set(_keys[i % KeyCount], _value.AsSpan(0, i % 200)));

    [Fact]
    public void Set_WithTtlAndVersion_AllocatesNothing()
    {
        AssertNothing(i => Store.Set(_keys[i % KeyCount], _value, new WriteOptions { Ttl = TimeSpan.FromSeconds(3), Versioned = true }));
    }

    [Fact]
    public void AnyOperation_WithListenerAndEstimates_AllocatesNothing()
    {
        long told = 0;
        using var subject = new StoreUnderTest(o =>
        {
            (o.CapacityBytes, o.EstimatesHitRatios) = (4 << 20, true);
            o.RemovalListener = (in RemovedEntry entry) => told += entry.Key.Length + entry.Value.Length;
        });
        var key = new byte[16];
        AssertNothing(i =>
        {
            BitConverter.TryWriteBytes(key, i % 3000);
            if (subject.Store.TryGet(key, _destination, out int _) == ReadOutcome.Miss)
                subject.Store.Set(key, _destination.AsSpan(0, 3500));
            subject.Store.Set(key, _destination.AsSpan(0, 3000 + i % 9));
            subject.Store.TryGet(key, _destination, out int _);
            if (i % 5 == 0)
                subject.Store.Remove(key);
            if (i % 50 == 0)
                subject.Store.Maintain();
        });
        Assert.True(told > 0 && subject.Statistics.Evictions > 0 && subject.Store.GetInsight().HitRatios!.SampledKeys > 0, "Nothing was told, so the test proves nothing.");
    }

    [Fact]
    public void Set_Sequence_AllocatesNothing()
    {
        var whole = new ReadOnlySequence<byte>(_value);
        AssertNothing(i => Store.Set(_keys[i % KeyCount], whole, default));

        // Several segments go through a pooled copy, and a collection may empty the pool now and then.
        ReadOnlySequence<byte> cut = ByteSequence.Cut(_value, 70);
        AssertAtMost(Measured * _value.Length / 20, i => Store.Set(_keys[i % KeyCount], cut, default));
    }

    [Fact]
    public void Set_LongValue_AllocatesNothing() => AssertNothing(i => Store.Set(_keys[i % 7], _long));

    [Fact]
    public void Set_EvictingAllTheTime_AllocatesNothing()
    {
        var key = new byte[16];
        int next = 0;
        AssertNothing(_ =>
        {
            BitConverter.TryWriteBytes(key, next++);
            Store.Set(key, _destination.AsSpan(0, 2500));
        });
        Assert.True(_subject.Statistics.Evictions > 0, "Nothing was evicted, so the test proves nothing.");
    }

    [Fact]
    public void AddTouchCompareExchangeRemove_AllocateNothing()
    {
        AssertNothing(i =>
        {
            var versioned = new WriteOptions { Versioned = true };
            byte[] key = _keys[i % KeyCount];
            Store.Add(key, _value, versioned);
            Store.Touch(key, TimeSpan.FromSeconds(5));
            Store.TryGetInfo(key, out EntryInfo info);
            Store.CompareExchange(key, _value, info.Version, versioned, out _);
            Store.Remove(key);
        });
    }

    [Fact]
    public void MaintainAndExpiry_AllocateNothing()
    {
        TimeSpan step = TimeSpan.FromMilliseconds(1);
        AssertNothing(i =>
        {
            Store.Set(_keys[i % KeyCount], _value, new WriteOptions { Ttl = TimeSpan.FromMilliseconds(20) });
            _subject.Clock.Advance(step);
            Store.Maintain();
        });
    }

    [Fact]
    public void GetStatistics_AllocatesNothing() => AssertNothing(_ => Store.GetStatistics());

    private void Lease(ReadOnlySpan<byte> key, bool isSpan)
    {
        // An assertion allocates.
        if (Store.TryLease(key, out ValueLease lease) != ReadOutcome.Hit)
            Assert.Fail("No hit.");
        long length = isSpan ? lease.Span.Length : lease.Sequence.Length;
        lease.Dispose();
        if (length != lease.Length)
            Assert.Fail($"{length} bytes of {lease.Length}.");
    }

    private void Fill()
    {
        foreach (byte[] key in _keys)
            Store.Set(key, _value, new WriteOptions { Ttl = TimeSpan.FromHours(1) });
    }

    private static void AssertNothing(Action<int> operation) => AssertAtMost(0, operation);

    /// <summary>The best of a few rounds counts: what an operation allocates shows in each, what the runtime does once shows in one.</summary>
    private static void AssertAtMost(long bytes, Action<int> operation)
    {
        for (int i = 0; i < WarmUps; i++)
            operation(i);
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > bytes; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Measured; i++)
                operation(i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, bytes);
    }
}
