using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

public sealed class VersionTests
{
    private static readonly byte[] s_key = "versioned"u8.ToArray();

    private static WriteOptions Versioned => new() { Versioned = true };

    [Fact]
    public void Set_Versioned_GrowsWithEachWriteOfTheKey()
    {
        using var subject = new StoreUnderTest();
        long last = 0;
        for (int i = 0; i < 100; i++)
        {
            subject.Store.Set(s_key, TestBytes.Value((ulong)i, i), Versioned);
            long version = VersionOf(subject);
            Assert.True(version > last, $"Version {version} after {last}.");
            last = version;
        }
    }

    [Fact]
    public void Set_VersionedAfterRemoveOrClear_StillGrows()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, "a"u8, Versioned);
        long first = VersionOf(subject);
        subject.Store.Remove(s_key);
        subject.Store.Set(s_key, "b"u8, Versioned);
        long second = VersionOf(subject);
        subject.Store.Clear();
        subject.Store.Set(s_key, "c"u8, Versioned);
        long third = VersionOf(subject);

        Assert.True(first < second && second < third, $"{first}, {second}, {third} do not grow.");
    }

    [Fact]
    public void Set_NotVersioned_ReportsZero()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, "a"u8, Versioned);
        subject.Store.Set(s_key, "b"u8);

        Assert.Equal(0, VersionOf(subject));
    }

    [Fact]
    public void CompareExchange_RightVersion_StoresWithHigherVersion()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, "old"u8, Versioned);
        long before = VersionOf(subject);

        Assert.Equal(WriteOutcome.Stored, subject.Store.CompareExchange(s_key, "new"u8, before, Versioned, out long after));

        Assert.True(after > before);
        Assert.Equal(after, VersionOf(subject));
        Assert.Equal("new"u8.ToArray(), subject.Get(s_key));
    }

    [Fact]
    public void CompareExchange_StaleVersion_ChangesNothing()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, "one"u8, Versioned);
        long stale = VersionOf(subject);
        subject.Store.Set(s_key, "two"u8, Versioned);
        long current = VersionOf(subject);

        Assert.Equal(WriteOutcome.VersionMismatch, subject.Store.CompareExchange(s_key, "three"u8, stale, Versioned, out long reported));

        Assert.Equal(0, reported);
        Assert.Equal(current, VersionOf(subject));
        Assert.Equal("two"u8.ToArray(), subject.Get(s_key));
    }

    [Fact]
    public void CompareExchange_NoEntry_IsNotFoundAndStoresNothing()
    {
        using var subject = new StoreUnderTest();

        Assert.Equal(WriteOutcome.NotFound, subject.Store.CompareExchange(s_key, "x"u8, 1, Versioned, out long version));

        Assert.Equal(0, version);
        Assert.False(subject.Contains(s_key));
    }

    [Fact]
    public void CompareExchange_ExpiredEntry_IsNotFound()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, "x"u8, new WriteOptions { Versioned = true, Ttl = TimeSpan.FromMilliseconds(5) });
        long version = VersionOf(subject);
        subject.AdvanceMs(5);

        Assert.Equal(WriteOutcome.NotFound, subject.Store.CompareExchange(s_key, "y"u8, version, Versioned, out _));

        Assert.False(subject.Contains(s_key));
    }

    [Fact]
    public void CompareExchange_EntryWithoutVersion_IsNotVersionedAndUnchanged()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, "plain"u8);

        Assert.Equal(WriteOutcome.NotVersioned, subject.Store.CompareExchange(s_key, "new"u8, 1, Versioned, out _));

        Assert.Equal("plain"u8.ToArray(), subject.Get(s_key));
    }

    [Fact]
    public void CompareExchange_AfterRemoveAndSetAgain_RefusesTheOldVersion()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, "same"u8, Versioned);
        long before = VersionOf(subject);
        subject.Store.Remove(s_key);
        subject.Store.Set(s_key, "same"u8, Versioned);

        Assert.Equal(WriteOutcome.VersionMismatch, subject.Store.CompareExchange(s_key, "new"u8, before, Versioned, out _));
    }

    [Fact]
    public void Version_EntryCopiedByEviction_IsKept()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, TestBytes.Value(1, 100), Versioned);
        long version = VersionOf(subject);
        for (int i = 0; i < 30_000; i++)
        {
            subject.Set(TestBytes.Key(i, 12), (ulong)i, 100);
            if (i % 100 == 0)
                subject.AssertHit(s_key, 1, 100);
        }

        Assert.True(subject.Statistics.CopiedBytes > 0, "Nothing was copied forward, so the test proves nothing.");
        Assert.Equal(version, VersionOf(subject));
    }

    [Fact]
    public void Add_LiveEntry_IsExistsAndUnchanged()
    {
        using var subject = new StoreUnderTest();
        Assert.Equal(WriteOutcome.Stored, subject.Store.Add(s_key, "first"u8));

        Assert.Equal(WriteOutcome.Exists, subject.Store.Add(s_key, "second"u8));

        Assert.Equal("first"u8.ToArray(), subject.Get(s_key));
    }

    [Fact]
    public void Add_ExpiredOrRemovedEntry_Stores()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Add(s_key, "first"u8, new WriteOptions { Ttl = TimeSpan.FromMilliseconds(3) });
        subject.AdvanceMs(3);
        Assert.Equal(WriteOutcome.Stored, subject.Store.Add(s_key, "second"u8));
        subject.Store.Remove(s_key);

        Assert.Equal(WriteOutcome.Stored, subject.Store.Add(s_key, "third"u8));

        Assert.Equal("third"u8.ToArray(), subject.Get(s_key));
    }

    private static long VersionOf(StoreUnderTest subject)
    {
        Assert.True(subject.Store.TryGetInfo(s_key, out EntryInfo info));
        return info.Version;
    }
}
