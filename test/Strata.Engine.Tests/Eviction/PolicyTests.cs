using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

/// <summary>What the eviction policy promises, seen from outside: who survives which traffic.</summary>
public sealed class PolicyTests : IDisposable
{
    private const int ValueBytes = 100;

    private readonly StoreUnderTest _subject = new(o => (o.CapacityBytes, o.StripeCount) = (2 << 20, 1));
    private readonly int _full;
    private int _next = 1_000_000;

    /// <summary>The store has seen evictions before a test begins: its first filling follows rules of its own.</summary>
    public PolicyTests()
    {
        _full = EntriesOfAFullStore();
        Flood(2 * _full);
    }

    public void Dispose() => _subject.Dispose();

    [Fact]
    public void Scan_HotKeysReadMeanwhile_Survive()
    {
        Warm(first: 0, count: _full / 10);

        for (int i = 0; i < 20; i++)
        {
            Flood(_full / 4);
            Read(first: 0, count: _full / 10);
        }

        Assert.InRange(Survivors(0, _full / 10), 0.97, 1.0);
    }

    [Fact]
    public void OneHitWonders_TenCapacitiesOfThem_DoNotPushOutTheHotSet()
    {
        Warm(first: 0, count: _full / 4);

        Flood(10 * _full);

        Assert.InRange(Survivors(0, _full / 4), 0.90, 1.0);
    }

    [Fact]
    public void OneHitWonders_NeverReadAgain_AreThoseThatGo()
    {
        int first = _next;
        Flood(_full / 4);

        Flood(3 * _full);

        Assert.InRange(Survivors(first, _full / 4), 0.0, 0.02);
    }

    [Fact]
    public void GhostReturn_KeyWrittenAgainSoonAfterEviction_OutlivesNewKeys()
    {
        int count = _full / 20;
        Write(first: 0, count);
        Flood(_full / 4);
        Assert.InRange(Survivors(0, count), 0.0, 0.05);

        Write(first: 0, count);
        Write(first: 500_000, count);
        Flood(2 * _full);

        double returned = Survivors(0, count), control = Survivors(500_000, count);
        Assert.InRange(returned, 0.80, 1.0);
        Assert.InRange(control, 0.0, 0.20);
    }

    [Fact]
    public void GhostForgotten_KeyWrittenAgainLongAfterEviction_IsTreatedAsNew()
    {
        int count = _full / 20;
        Write(first: 0, count);
        Flood(30 * _full);

        Write(first: 0, count);
        Flood(2 * _full);

        Assert.InRange(Survivors(0, count), 0.0, 0.20);
    }

    [Fact]
    public void Main_HotSetReplacedByAnother_GivesWay()
    {
        Warm(first: 0, count: _full * 7 / 10);
        for (int round = 0; round < 6; round++)
        {
            Warm(first: 100_000, count: _full * 7 / 10);
            Flood(_full / 4);
        }

        Assert.InRange(Survivors(100_000, _full * 7 / 10), 0.85, 1.0);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(4)]
    public void FirstFilling_HotSetReadEarly_SurvivesTheFlood(int share)
    {
        int count = _full / share;
        using var fresh = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (2 << 20, 1));
        for (int i = 0; i < count; i++)
            fresh.Set(TestBytes.Key(i, 8), (ulong)i, ValueBytes);
        Span<byte> destination = stackalloc byte[ValueBytes];
        for (int i = 0; i < 3 * count; i++)
            Assert.Equal(ReadOutcome.Hit, fresh.Store.TryGet(TestBytes.Key(i % count, 8), destination, out int _));

        for (int i = 0; i < 10 * _full; i++)
            fresh.Set(TestBytes.Key(1_000_000 + i, 8), 0, ValueBytes);

        double survivors = (double)Enumerable.Range(0, count).Count(i => fresh.Contains(TestBytes.Key(i, 8))) / count;
        Assert.InRange(survivors, 0.97, 1.0);
    }

    private static int EntriesOfAFullStore()
    {
        using var probe = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (2 << 20, 1));
        for (int i = 0; probe.Statistics.Evictions == 0; i++)
            probe.Set(TestBytes.Key(i, 8), 0, ValueBytes);
        return (int)probe.Statistics.EntryCount;
    }

    private void Write(int first, int count)
    {
        for (int i = first; i < first + count; i++)
            _subject.Set(TestBytes.Key(i, 8), (ulong)i, ValueBytes);
    }

    private void Read(int first, int count)
    {
        Span<byte> destination = stackalloc byte[ValueBytes];
        for (int i = first; i < first + count; i++)
            _subject.Store.TryGet(TestBytes.Key(i, 8), destination, out int _);
    }

    /// <summary>Writes what is missing of the range and reads each key three times, a few keys at a time, before probation ends for them.</summary>
    private void Warm(int first, int count)
    {
        const int Few = 100;
        for (int start = first; start < first + count; start += Few)
        {
            int end = Math.Min(start + Few, first + count);
            for (int i = start; i < end; i++)
                _subject.Store.Add(TestBytes.Key(i, 8), TestBytes.Value((ulong)i, ValueBytes));
            for (int pass = 0; pass < 3; pass++)
                Read(start, end - start);
        }
    }

    private void Flood(int count)
    {
        Write(_next, count);
        _next += count;
    }

    private double Survivors(int first, int count) =>
        (double)Enumerable.Range(first, count).Count(i => _subject.Contains(TestBytes.Key(i, 8))) / count;
}
