using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

/// <summary>Entries that are made stale before their time.</summary>
public sealed class MakeStaleTests : IDisposable
{
    private static readonly byte[] s_key = "soft"u8.ToArray();

    private readonly StoreUnderTest _subject = new(o => o.CapacityBytes = 8 << 20);
    private readonly byte[] _destination = new byte[30_000];

    private ByteStore Store => _subject.Store;

    public void Dispose() => _subject.Dispose();

    [Theory]
    [InlineData(100)]
    [InlineData(30_000)]
    public void MakeStale_OfAFreshEntry_IsStaleAtOnceAndEndsWhenItWould(int valueBytes)
    {
        Set(s_key, valueBytes, isMarked: false);
        Assert.True(Store.MakeStale(s_key, default(AnyTest)));
        Assert.Equal(ReadOutcome.Stale, Store.TryGetEntry(s_key, _destination, out EntryInfo info));
        Assert.True(info.WasMadeStale);
        Assert.True(info.SoftExpiresInMs <= 0);
        Assert.Equal((valueBytes, 80), (info.ValueBytes, info.ExpiresInMs));
        Assert.Equal(ReadOutcome.Stale, Store.TryGet(s_key, _destination, out int _));
        Assert.False(Store.IsCurrent(s_key, Store.HashOf(s_key), info.Version));
        _subject.AdvanceMs(79);
        Assert.Equal(ReadOutcome.Stale, Store.TryGet(s_key, _destination, out int _));
        _subject.AdvanceMs(1);
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, _destination, out int _));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(30_000)]
    public void Set_WithNoSoftTimeAtAll_IsStaleFromTheStart(int valueBytes)
    {
        var options = new WriteOptions { Ttl = TimeSpan.FromMilliseconds(80), SoftTtl = TimeSpan.Zero };
        Assert.Equal(WriteOutcome.Stored, Store.Set(s_key, new byte[valueBytes], options));
        Assert.Equal(WriteOutcome.Exists, Store.Add(s_key, new byte[valueBytes], options));
        Assert.Equal(ReadOutcome.Stale, Store.TryGetEntry(s_key, _destination, out EntryInfo info));
        Assert.Equal((true, valueBytes, 80), (info.WasMadeStale, info.ValueBytes, info.ExpiresInMs));
        _subject.AdvanceMs(80);
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, _destination, out int _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Store.Extend(s_key, default(AnyTest), TimeSpan.Zero, null));
    }

    [Fact]
    public void Add_WithAFenceThatIsOvertaken_WritesNothing()
    {
        long overtaken = 1;
        Assert.Equal(WriteOutcome.Overtaken, Store.Add(s_key, new byte[10], default, new WriteFence(ref overtaken, 0)));
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, _destination, out int _));
    }

    [Fact]
    public void MakeStale_OfWhatDoesNotMatchOrHasNoSoftTime_ChangesNothing()
    {
        Set(s_key, 10, isMarked: false);
        Store.Set("hard"u8, new byte[10], new WriteOptions { Ttl = TimeSpan.FromMilliseconds(80) });
        Assert.False(Store.MakeStale(s_key, new MarkedStale()));
        Assert.False(Store.MakeStale("hard"u8, default(AnyTest)));
        Assert.False(Store.MakeStale("absent"u8, default(AnyTest)));
        Assert.Equal(ReadOutcome.Hit, Store.TryGet(s_key, _destination, out int _));
        Assert.Equal(ReadOutcome.Hit, Store.TryGet("hard"u8, _destination, out int _));
    }

    [Fact]
    public void MakeStale_WithAShorterGrace_EndsTheEntryThen()
    {
        Set(s_key, 10, isMarked: false);
        Assert.True(Store.MakeStale(s_key, default(FewMs)));
        _subject.AdvanceMs(4);
        Assert.Equal(ReadOutcome.Stale, Store.TryGet(s_key, _destination, out int _));
        _subject.AdvanceMs(1);
        Assert.Equal(ReadOutcome.Miss, Store.TryGet(s_key, _destination, out int _));
    }

    [Fact]
    public void Extend_OfAnEntryThatWasMadeStale_IsFreshAgainForThatTime()
    {
        Set(s_key, 10, isMarked: false);
        Store.MakeStale(s_key, default(AnyTest));
        Assert.Equal(WriteOutcome.Stored, Store.Extend(s_key, default(AnyTest), TimeSpan.FromMilliseconds(5), null));
        Assert.Equal(ReadOutcome.Hit, Store.TryGetEntry(s_key, _destination, out EntryInfo info));
        Assert.False(info.WasMadeStale);
        _subject.AdvanceMs(5);
        Assert.Equal(ReadOutcome.Stale, Store.TryGet(s_key, _destination, out int _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public void SweepStaleStep_WhileTheIndexGrows_MakesStaleWhatMatchesAndNothingElse(int maxBuckets)
    {
        const int Lasting = 3000;
        for (int i = 0; i < Lasting; i++)
            Set(TestBytes.Key(i, 8), 20, isMarked: i % 3 == 0);
        SweepCursor cursor = default;
        int sum = 0, later = 0;
        for (bool hasMore = true; hasMore;)
        {
            hasMore = Store.SweepStaleStep(ref cursor, new MarkedStale(), maxBuckets, out int made);
            sum += made;
            for (int i = 0; i < 20 && later < 20_000; i++)
                Store.Set(TestBytes.Key(later++, 9), []);
        }

        Assert.True(sum >= Lasting / 3);
        for (int i = 0; i < Lasting; i++)
        {
            Store.TryGetInfo(TestBytes.Key(i, 8), out EntryInfo info);
            Assert.Equal(i % 3 == 0, info.WasMadeStale);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Store.SweepStaleStep(ref cursor, new MarkedStale(), 0, out _));
    }

    private void Set(byte[] key, int valueBytes, bool isMarked) => Assert.Equal(WriteOutcome.Stored, Store.Set(
        key, new byte[valueBytes], new WriteOptions { SoftTtl = TimeSpan.FromMilliseconds(50), Ttl = TimeSpan.FromMilliseconds(80), IsMarked = isMarked, Versioned = true }));

    private readonly struct AnyTest : IStaleTest
    {
        public bool Matches(in EntryView entry) => true;

        public long GraceMs(in EntryView entry) => long.MaxValue;
    }

    private readonly struct MarkedStale : IStaleTest
    {
        public bool Matches(in EntryView entry) => entry.Info.IsMarked;

        public long GraceMs(in EntryView entry) => long.MaxValue;
    }

    private readonly struct FewMs : IStaleTest
    {
        public bool Matches(in EntryView entry) => true;

        public long GraceMs(in EntryView entry) => 5;
    }
}
