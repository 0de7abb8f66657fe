using Strata.Engine.Removals;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Removals;

/// <summary>What a listener is told on each way out of the store, told on the test's own thread.</summary>
public sealed class RemovalTests : IDisposable
{
    private const int LongestShown = 1000;

    private static readonly byte[] s_key = "leaving"u8.ToArray();

    private readonly List<Removal> _told = [];
    private readonly StoreUnderTest _subject;

    public RemovalTests() => _subject = new StoreUnderTest(Listen);

    private ByteStore Store => _subject.Store;

    public void Dispose() => _subject.Dispose();

    [Fact]
    public void Remove_LiveEntry_TellsRemovedWithKeyAndValue()
    {
        _subject.Set(s_key, 1, 100);

        Store.Remove(s_key);

        AssertTold(RemovalReason.Removed, seed: 1, 100);
    }

    [Fact]
    public void Remove_AbsentKey_TellsNothing()
    {
        Store.Remove(s_key);

        Assert.Empty(Told());
    }

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 99)]
    [InlineData(100, 300)]
    [InlineData(100, 20_000)]
    [InlineData(0, 8)]
    public void Set_OverALiveEntry_TellsReplacedWithTheFormerValue(int formerBytes, int valueBytes)
    {
        _subject.Set(s_key, 1, formerBytes);

        _subject.Set(s_key, 2, valueBytes);

        AssertTold(RemovalReason.Replaced, seed: 1, formerBytes);
        _subject.AssertHit(s_key, 2, valueBytes);
    }

    [Fact]
    public void CompareExchange_Stored_TellsReplaced()
    {
        Store.Set(s_key, TestBytes.Value(1, 50), new WriteOptions { Versioned = true });
        Store.TryGetInfo(s_key, out EntryInfo info);

        Store.CompareExchange(s_key, new byte[50], info.Version + 1, default, out _);
        Assert.Empty(Told());
        Store.CompareExchange(s_key, new byte[50], info.Version, default, out _);

        AssertTold(RemovalReason.Replaced, seed: 1, 50);
    }

    [Fact]
    public void Touch_RecordIsMoved_TellsNothing()
    {
        _subject.Set(s_key, 1, 100);

        Store.Touch(s_key, TimeSpan.FromSeconds(1));
        Store.Touch(s_key, Timeout.InfiniteTimeSpan);

        Assert.Empty(Told());
    }

    [Theory]
    [InlineData("set")]
    [InlineData("set longer")]
    [InlineData("add")]
    [InlineData("remove")]
    [InlineData("maintain")]
    public void AnyWayOut_EntryHasExpired_TellsExpired(string way)
    {
        _subject.Set(s_key, 1, 100, TimeSpan.FromMilliseconds(10));
        _subject.AdvanceMs(60_000);
        Assert.Empty(Told());

        switch (way)
        {
            case "set":
                _subject.Set(s_key, 2, 100, TimeSpan.FromHours(1));
                break;
            case "set longer":
                _subject.Set(s_key, 2, 200);
                break;
            case "add":
                Assert.Equal(WriteOutcome.Stored, Store.Add(s_key, new byte[100]));
                break;
            case "remove":
                Assert.False(Store.Remove(s_key));
                break;
            case "maintain":
                Store.Maintain();
                break;
        }

        AssertTold(RemovalReason.Expired, seed: 1, 100);
    }

    [Fact]
    public void Set_MoreThanFits_TellsEvictedForEachThatWent()
    {
        var written = new Dictionary<int, ulong>();
        for (int i = 0; i < 3000; i++)
        {
            _subject.Set(TestBytes.Key(i, 8), (ulong)i, 800);
            foreach (Removal removal in Told())
            {
                Assert.Equal(RemovalReason.Evicted, removal.Reason);
                int key = BitConverter.ToInt32(removal.Key);
                Assert.True(written.Remove(key, out ulong seed), $"Key {key} left twice, or before it was written.");
                Assert.Equal(TestBytes.Value(seed, 800), removal.Value);
            }

            written.Add(i, (ulong)i);
        }

        Assert.True(_subject.Statistics.Evictions > 1000, "Hardly anything was evicted, so the test proves nothing.");
        Assert.Equal(_subject.Statistics.EntryCount + Told().Count, written.Count);
    }

    [Fact]
    public void SetCapacity_Smaller_TellsResizedForEachThatWent()
    {
        var told = new List<Removal>();
        using var subject = new StoreUnderTest(o =>
        {
            (o.CapacityBytes, o.RemovalQueueBytes) = (4 << 20, 512 << 10);
            o.RemovalListener = (in RemovedEntry entry) => told.Add(Removal.Of(in entry));
        });
        for (int i = 0; i < 3000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 800);
        Assert.Equal(0, subject.Statistics.Evictions);

        subject.Store.SetCapacity(2 << 20);
        subject.Store.DeliverRemovals();

        long left = 3000 - subject.Statistics.EntryCount;
        Assert.True(left > 1000, "Hardly anything left, so the test proves nothing.");
        Assert.All(told, removal => Assert.Equal(RemovalReason.Resized, removal.Reason));
        Assert.Equal(left, told.Count + subject.Statistics.RemovalsDropped);

        // What writes drop afterwards is evicted again.
        told.Clear();
        for (int i = 0; i < 500; i++)
            subject.Set(TestBytes.Key(10_000 + i, 8), 1, 800);
        subject.Store.DeliverRemovals();
        Assert.NotEmpty(told);
        Assert.All(told, removal => Assert.Equal(RemovalReason.Evicted, removal.Reason));
    }

    [Fact]
    public void Clear_EntriesThere_TellsTheirNumberOnce()
    {
        for (int i = 0; i < 37; i++)
            _subject.Set(TestBytes.Key(i, 8), 1, 10);

        Store.Clear();
        Store.Clear();

        Removal removal = Assert.Single(Told());
        Assert.Equal((RemovalReason.Cleared, 37L, 0, 0), (removal.Reason, removal.EntryCount, removal.Key.Length, removal.ValueBytes));
        Assert.Null(removal.Value);
        Assert.Equal(37, _subject.Statistics.RemovalsDelivered);
    }

    [Theory]
    [InlineData(LongestShown, true)]
    [InlineData(LongestShown + 1, false)]
    [InlineData(100_000, false)]
    public void Remove_ValueAtTheBound_IsShownOnlyUpToIt(int valueBytes, bool isShown)
    {
        _subject.Set(s_key, 1, valueBytes);

        Store.Remove(s_key);

        Removal removal = Assert.Single(Told());
        Assert.Equal(isShown ? TestBytes.Value(1, valueBytes) : null, removal.Value);
        Assert.Equal(valueBytes, removal.ValueBytes);
        Assert.Equal(s_key, removal.Key);
    }

    [Theory]
    [InlineData(8192)]
    [InlineData(20_000)]
    [InlineData(65_536)]
    public void Remove_ChainedValueWithinTheBound_IsShownWhole(int valueBytes)
    {
        using var subject = new StoreUnderTest(o =>
        {
            Listen(o);
            o.RemovalValueBytes = ByteStoreOptions.LimitRemovalValueBytes;
        });
        subject.Set(s_key, 1, valueBytes);

        subject.Store.Remove(s_key);
        subject.Store.DeliverRemovals();

        Assert.Equal(TestBytes.Value(1, valueBytes), Assert.Single(_told).Value);
    }

    [Fact]
    public void NoListener_EntriesLeave_NothingIsCountedAndNoMemoryTaken()
    {
        using var silent = new StoreUnderTest();
        silent.Set(s_key, 1, 10);
        _subject.Set(s_key, 1, 10);

        silent.Store.Remove(s_key);
        silent.Store.Maintain();

        Assert.Equal((0, 0, 0), (silent.Statistics.RemovalsDelivered, silent.Statistics.RemovalsDropped, silent.Statistics.RemovalListenerFaults));
        Assert.True(_subject.Statistics.UsedBytes > silent.Statistics.UsedBytes, "The queue of removals is not part of the used bytes.");
    }

    private void Listen(ByteStoreOptions options)
    {
        options.RemovalValueBytes = LongestShown;
        options.RemovalListener = (in RemovedEntry entry) => _told.Add(Removal.Of(in entry));
    }

    // What was told since the last call.
    private List<Removal> Told()
    {
        Store.DeliverRemovals();
        List<Removal> told = [.. _told];
        _told.Clear();
        return told;
    }

    private void AssertTold(RemovalReason reason, ulong seed, int valueBytes)
    {
        Removal removal = Assert.Single(Told());
        Assert.Equal((reason, 1L, valueBytes), (removal.Reason, removal.EntryCount, removal.ValueBytes));
        Assert.Equal(s_key, removal.Key);
        Assert.Equal(TestBytes.Value(seed, valueBytes), removal.Value);
    }
}
