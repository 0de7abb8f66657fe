using Strata.Engine.Tests.Models;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>Removing, replacing and extending what a test of the caller's matches.</summary>
public sealed class EntryTestTests : IDisposable
{
    private static readonly byte[] s_key = "tested"u8.ToArray();

    private readonly StoreUnderTest _subject = new();

    private ByteStore Store => _subject.Store;

    public void Dispose() => _subject.Dispose();

    [Fact]
    public void Matches_LiveEntry_SeesAllOfIt()
    {
        Store.Set(s_key, TestBytes.Value(1, 60), Everything(), out long version);
        _subject.AdvanceMs(60);
        var seen = new Witness();

        Assert.False(Store.Remove(s_key, seen));

        Assert.Equal(s_key, seen.Key);
        Assert.Equal("note"u8.ToArray(), seen.Notes);
        Assert.Equal((60, 4, version, -10, 40, true), (seen.Info.ValueBytes, seen.Info.NotesBytes, seen.Info.Version, seen.Info.SoftExpiresInMs, seen.Info.ExpiresInMs, seen.Info.IsMarked));
    }

    [Fact]
    public void Remove_Test_RemovesOnlyWhatMatches()
    {
        Store.Set(s_key, "v"u8, new WriteOptions { Notes = "n"u8 });

        Assert.False(Store.Remove(s_key, default(MarkedTest)));
        Assert.True(_subject.Contains(s_key));
        Assert.False(Store.Remove("absent"u8, default(NotesTest)));
        Assert.True(Store.Remove(s_key, default(NotesTest)));

        Assert.False(_subject.Contains(s_key));
        Assert.Equal(1, _subject.Statistics.Removals);
    }

    [Fact]
    public void Remove_TestOfAnExpiredEntry_IsNotAsked()
    {
        Store.Set(s_key, "v"u8, new WriteOptions { Ttl = TimeSpan.FromMilliseconds(5) });
        _subject.AdvanceMs(5);

        Assert.False(Store.Remove(s_key, new Faulty()));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30_000)]
    public void Add_Replaceable_StoresOverWhatMatchesOnly(int valueBytes)
    {
        byte[] first = TestBytes.Value(1, valueBytes), second = TestBytes.Value(2, valueBytes);
        Assert.Equal(WriteOutcome.Stored, Store.Add(s_key, first, default, default(MarkedTest)));
        Assert.Equal(WriteOutcome.Exists, Store.Add(s_key, second, default, default(MarkedTest)));
        _subject.AssertHit(s_key, 1, valueBytes);
        Store.Set(s_key, first, new WriteOptions { IsMarked = true });

        Assert.Equal(WriteOutcome.Stored, Store.Add(s_key, second, default, default(MarkedTest)));

        _subject.AssertHit(s_key, 2, valueBytes);
        long counter = 1;
        Store.Set(s_key, first, new WriteOptions { IsMarked = true });
        Assert.Equal(WriteOutcome.Overtaken, Store.Add(s_key, second, default, default(MarkedTest), new WriteFence(ref counter, 0)));
    }

    [Fact]
    public void Extend_EntryWithBothTimes_CountsThemFromNow()
    {
        Store.Set(s_key, "v"u8, Everything());
        _subject.AdvanceMs(60);

        Assert.Equal(WriteOutcome.Stored, Store.Extend(s_key, default(NotesTest), TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(200)));

        AssertTimes(30, 200);
        Assert.Equal(WriteOutcome.Stored, Store.Extend(s_key, default(NotesTest), null, TimeSpan.FromMilliseconds(20)));
        AssertTimes(20, 20);
        Assert.Equal(WriteOutcome.Stored, Store.Extend(s_key, default(NotesTest), Timeout.InfiniteTimeSpan, TimeSpan.FromMilliseconds(500)));
        AssertTimes(500, 500);
        Assert.Equal(WriteOutcome.Stored, Store.Extend(s_key, default(NotesTest), TimeSpan.FromMilliseconds(700), null));
        AssertTimes(500, 500);
        Assert.Equal(WriteOutcome.Stored, Store.Extend(s_key, default(NotesTest), TimeSpan.FromMilliseconds(7), Timeout.InfiniteTimeSpan));
        AssertTimes(7, long.MaxValue);
        _subject.AdvanceMs(1_000_000);
        Store.Maintain();
        AssertTimes(7 - 1_000_000, long.MaxValue);
    }

    [Fact]
    public void Extend_NoMatchOrNoWord_IsNotFoundAndChangesNothing()
    {
        Store.Set(s_key, "v"u8, Everything());
        Assert.Equal(WriteOutcome.NotFound, Store.Extend("absent"u8, default(NotesTest), null, TimeSpan.FromMilliseconds(20)));
        Assert.Equal(WriteOutcome.NotFound, Store.Extend(s_key, new Witness(), null, TimeSpan.FromMilliseconds(20)));
        AssertTimes(50, 100);
        Store.Set(s_key, "v"u8, new WriteOptions { Notes = "n"u8, SoftTtl = TimeSpan.FromMilliseconds(50) });
        Assert.Equal(WriteOutcome.NotFound, Store.Extend(s_key, default(NotesTest), TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)));
        AssertTimes(50, long.MaxValue);
        Store.Set(s_key, "v"u8, new WriteOptions { Notes = "n"u8, Ttl = TimeSpan.FromMilliseconds(50) });
        Assert.Equal(WriteOutcome.NotFound, Store.Extend(s_key, default(NotesTest), TimeSpan.FromMilliseconds(10), null));
        AssertTimes(long.MaxValue, 50);
        Assert.Throws<ArgumentOutOfRangeException>(() => Store.Extend(s_key, default(NotesTest), TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void Extend_ManyToLaterTimes_NothingExpiresTooSoonAndAllInTheEnd()
    {
        for (int i = 0; i < 1000; i++)
            Store.Set(TestBytes.Key(i, 8), TestBytes.Value((ulong)i, 100), Everything());
        for (int round = 0; round < 20; round++)
        {
            _subject.AdvanceMs(90);
            Store.Maintain();
            for (int i = 0; i < 1000; i++)
                Assert.Equal(WriteOutcome.Stored, Store.Extend(TestBytes.Key(i, 8), default(NotesTest), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(100)));
        }

        _subject.AdvanceMs(1000);
        for (int round = 0; round < 20; round++)
            Store.Maintain();
        Assert.Equal(1000, _subject.Statistics.Expirations);
    }

    [Fact]
    public void AnyOperation_TestThrows_LeavesTheEntryAndTheStoreUsable()
    {
        Store.Set(s_key, TestBytes.Value(1, 60), Everything());
        SweepCursor cursor = default;

        Assert.Throws<InvalidTimeZoneException>(() => Store.Remove(s_key, new Faulty()));
        Assert.Throws<InvalidTimeZoneException>(() => Store.Add(s_key, "other"u8, default, new Faulty()));
        Assert.Throws<InvalidTimeZoneException>(() => Store.Add(s_key, new byte[100_000], default, new Faulty()));
        Assert.Throws<InvalidTimeZoneException>(() => Store.Extend(s_key, new Faulty(), null, TimeSpan.FromMilliseconds(1)));
        Assert.Throws<InvalidTimeZoneException>(() =>
        {
            while (Store.SweepStep(ref cursor, new Faulty(), 1, out _))
            {
            }
        });

        AssertTimes(50, 100);
        Assert.Equal(1, _subject.Statistics.EntryCount);
    }

    private static WriteOptions Everything() => new()
    {
        SoftTtl = TimeSpan.FromMilliseconds(50),
        Ttl = TimeSpan.FromMilliseconds(100),
        Versioned = true,
        IsMarked = true,
        Notes = "note"u8,
    };

    private void AssertTimes(long softMs, long hardMs)
    {
        Assert.True(Store.TryGetInfo(s_key, out EntryInfo info));
        Assert.Equal((softMs, hardMs), (info.SoftExpiresInMs, info.ExpiresInMs));
    }

    private sealed class Witness : IEntryTest
    {
        public byte[]? Key { get; private set; }

        public byte[]? Notes { get; private set; }

        public EntryInfo Info { get; private set; }

        public bool Matches(in EntryView entry)
        {
            (Key, Notes, Info) = (entry.Key.ToArray(), entry.Notes.ToArray(), entry.Info);
            return false;
        }
    }

    private readonly struct Faulty : IEntryTest
    {
        public bool Matches(in EntryView entry) => throw new InvalidTimeZoneException();
    }
}
