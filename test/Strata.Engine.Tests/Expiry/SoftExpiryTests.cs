using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

/// <summary>Entries that are stale for a while before they expire, or for ever.</summary>
public sealed class SoftExpiryTests : IDisposable
{
    private const int LongBytes = 30_000;

    private static readonly byte[] s_key = "soft"u8.ToArray();

    private readonly StoreUnderTest _subject = new();
    private readonly byte[] _destination = new byte[LongBytes];

    private ByteStore Store => _subject.Store;

    public void Dispose() => _subject.Dispose();

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, false)]
    [InlineData(100, true)]
    [InlineData(4096, true)]
    [InlineData(LongBytes, true)]
    public void AnyRead_OverTheLifeOfAnEntry_IsFreshThenStaleThenGone(int valueBytes, bool versioned)
    {
        Set(valueBytes, softMs: 50, ttlMs: 80, versioned);
        AssertReads(ReadOutcome.Hit, valueBytes, softMs: 50, hardMs: 80);
        _subject.AdvanceMs(49);
        AssertReads(ReadOutcome.Hit, valueBytes, softMs: 1, hardMs: 31);
        _subject.AdvanceMs(1);
        AssertReads(ReadOutcome.Stale, valueBytes, softMs: 0, hardMs: 30);
        _subject.AdvanceMs(29);
        AssertReads(ReadOutcome.Stale, valueBytes, softMs: -29, hardMs: 1);
        _subject.AdvanceMs(1);
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, _destination, out int _));
        Assert.False(_subject.Contains(s_key));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(LongBytes)]
    public void TryGet_PlainEntriesOnly_DeliversAndCountsNoOther(int valueBytes)
    {
        var writer = new ArrayBufferWriter<byte>();
        Set(valueBytes, softMs: 50, ttlMs: 80);
        Assert.Equal(ReadOutcome.Hit, Store.TryGet(s_key, writer));
        Assert.Equal(valueBytes, writer.WrittenCount);

        _subject.AdvanceMs(50);
        writer.Clear();
        Assert.Equal(ReadOutcome.Stale, Store.TryGet(s_key, writer));
        Store.Set("marked"u8, new byte[valueBytes], new WriteOptions { IsMarked = true });
        Assert.Equal(ReadOutcome.Marked, Store.TryGet("marked"u8, writer));
        Assert.Equal(0, writer.WrittenCount);
        Assert.Equal((1, 0), (_subject.Statistics.Hits, _subject.Statistics.Misses));

        _subject.AdvanceMs(30);
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, writer));
    }

    [Fact]
    public void AnyRead_SoftTimeWithoutTimeToLive_StaysStale()
    {
        Set(60, softMs: 50, ttlMs: 0);
        _subject.AdvanceMs(1_000_000);
        Store.Maintain();

        AssertReads(ReadOutcome.Stale, 60, softMs: 50 - 1_000_000, hardMs: long.MaxValue);
        Assert.Equal(0, _subject.Statistics.Expirations);
    }

    [Fact]
    public void AnyRead_SoftTimeEqualToTheTimeToLive_IsNeverStale()
    {
        Set(60, softMs: 50, ttlMs: 50);
        _subject.AdvanceMs(49);
        AssertReads(ReadOutcome.Hit, 60, softMs: 1, hardMs: 1);
        _subject.AdvanceMs(1);
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, _destination, out int _));
    }

    [Fact]
    public void TryGet_Stale_CountsAsAHit()
    {
        Set(60, softMs: 5, ttlMs: 0);
        _subject.AdvanceMs(5);

        Assert.Equal(ReadOutcome.Stale, Store.TryGet(s_key, _destination, out int _));

        Assert.Equal((1, 0), (_subject.Statistics.Hits, _subject.Statistics.Misses));
    }

    [Fact]
    public void TryGetMany_StaleAmongFresh_DeliversAllWithoutRoomToSpare()
    {
        for (int i = 0; i < 40; i++)
            Store.Set(TestBytes.Key(i, 8), TestBytes.Value((ulong)i, 50), new WriteOptions { SoftTtl = i % 3 == 0 ? TimeSpan.FromMilliseconds(5) : null });
        _subject.AdvanceMs(5);
        var destination = new byte[40 * 50];
        var reads = new BatchRead[40];

        int hits = Store.TryGetMany(new ByteSpans([.. Enumerable.Range(0, 40).Select(i => (ReadOnlyMemory<byte>)TestBytes.Key(i, 8))]), destination, reads);

        Assert.Equal(40, hits);
        for (int i = 0; i < 40; i++)
        {
            Assert.Equal(i % 3 == 0 ? ReadOutcome.Stale : ReadOutcome.Hit, reads[i].Outcome);
            Assert.True(TestBytes.IsValue(destination.AsSpan(reads[i].Start, 50), (ulong)i), $"Value {i} is not its own.");
        }
    }

    [Theory]
    [InlineData(10, 80, 10, 10)]
    [InlineData(200, 80, 50, 200)]
    [InlineData(200, 0, 50, 200)]
    [InlineData(10, 0, 10, 10)]
    public void Touch_EntryWithASoftTime_NeverLetsItOutliveTheTimeToLive(int toMs, int ttlMs, long softMs, long hardMs)
    {
        Set(60, softMs: 50, ttlMs);

        Assert.Equal(WriteOutcome.Stored, Store.Touch(s_key, TimeSpan.FromMilliseconds(toMs)));

        AssertReads(ReadOutcome.Hit, 60, softMs, hardMs);
        _subject.AdvanceMs(toMs);
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, _destination, out int _));
    }

    [Theory]
    [InlineData(50, 0, 0, 50)]
    [InlineData(0, 50, 0, 0)]
    [InlineData(50, 50, 50, 0)]
    [InlineData(0, 0, 20, 50)]
    public void Set_OverAnEntryWithOtherTimes_TakesTheNewOnes(int fromSoftMs, int fromMs, int toSoftMs, int toMs)
    {
        // Lengths at which the record stays in its place whatever words it has.
        int WordsOf(int soft, int hard) => (soft != 0 ? 8 : 0) + (hard != 0 ? 8 : 0);
        Set(100 - WordsOf(fromSoftMs, fromMs), fromSoftMs, fromMs);
        long written = _subject.Statistics.SlabBytes;
        int valueBytes = 100 - WordsOf(toSoftMs, toMs);

        Set(valueBytes, toSoftMs, toMs);

        AssertReads(ReadOutcome.Hit, valueBytes, toSoftMs == 0 ? long.MaxValue : toSoftMs, toMs == 0 ? long.MaxValue : toMs);
        Assert.Equal(written, _subject.Statistics.SlabBytes);
        _subject.Verify();
    }

    [Fact]
    public void Maintain_ManyEntriesWithSoftTimes_ReclaimsByTheHardOnes()
    {
        for (int i = 0; i < 2000; i++)
            Store.Set(TestBytes.Key(i, 8), TestBytes.Value((ulong)i, 100), new WriteOptions { SoftTtl = TimeSpan.FromMilliseconds(10), Ttl = TimeSpan.FromMilliseconds(i % 2 == 0 ? 100 : 10_000) });
        _subject.AdvanceMs(50);
        Store.Maintain();
        Assert.Equal(2000, _subject.Statistics.EntryCount);
        _subject.AdvanceMs(2000);
        for (int round = 0; round < 20; round++)
            Store.Maintain();

        Assert.InRange(_subject.Statistics.EntryCount, 1000, 1100);
        for (int i = 1; i < 2000; i += 2)
        {
            Assert.Equal(ReadOutcome.Stale, Store.TryGet(TestBytes.Key(i, 8), _destination, out int valueBytes));
            Assert.True(TestBytes.IsValue(_destination.AsSpan(0, valueBytes), (ulong)i));
        }
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(2000)]
    public void Set_BadSoftTime_ThrowsAndStoresNothing(int softMs)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Store.Set(s_key, "v"u8, new WriteOptions { SoftTtl = TimeSpan.FromMilliseconds(softMs), Ttl = TimeSpan.FromSeconds(1) }));

        Assert.Equal("softTtl", exception.ParamName);
        Assert.False(_subject.Contains(s_key));
    }

    private void Set(int valueBytes, int softMs, int ttlMs, bool versioned = false) =>
        Assert.Equal(WriteOutcome.Stored, Store.Set(s_key, TestBytes.Value(1, valueBytes), new WriteOptions
        {
            SoftTtl = softMs == 0 ? null : TimeSpan.FromMilliseconds(softMs),
            Ttl = ttlMs == 0 ? null : TimeSpan.FromMilliseconds(ttlMs),
            Versioned = versioned,
        }));

    private void AssertReads(ReadOutcome expected, int valueBytes, long softMs, long hardMs)
    {
        Assert.Equal(expected, Store.TryGet(s_key, _destination, out int length));
        AssertValue(_destination.AsSpan(0, length), valueBytes);
        Assert.Equal(expected, Store.TryGetEntry(s_key, _destination, out EntryInfo info));
        Assert.Equal((valueBytes, softMs, hardMs), (info.ValueBytes, info.SoftExpiresInMs, info.ExpiresInMs));
        Assert.True(Store.TryGetInfo(s_key, out EntryInfo again));
        Assert.Equal(info, again);
        var writer = new ArrayBufferWriter<byte>();
        Assert.Equal(expected, Store.TryGet(s_key, writer, out again));
        Assert.Equal(info, again);
        AssertValue(writer.WrittenSpan, valueBytes);
        Assert.Equal(expected, Store.TryLease(s_key, out ValueLease lease));
        AssertValue(lease.Sequence.ToArray(), valueBytes);
        lease.Dispose();
    }

    private static void AssertValue(ReadOnlySpan<byte> value, int valueBytes)
    {
        Assert.Equal(valueBytes, value.Length);
        Assert.True(TestBytes.IsValue(value, 1), "The value is not the one written.");
    }
}
