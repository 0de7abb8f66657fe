using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

public sealed class TouchTests
{
    private static readonly byte[] s_key = "touched"u8.ToArray();

    public static TheoryData<int, int, int> Changes
    {
        get
        {
            var data = new TheoryData<int, int, int>();
            foreach (int valueBytes in new[] { 0, 100, 4000, 30_000 })
            {
                foreach (int from in new[] { 0, 100, 5000 })
                {
                    foreach (int to in new[] { 1, 50, 100, 5000, 10_000_000 })
                        data.Add(valueBytes, from, to);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void Touch_LiveEntry_LivesAsLongAsTheNewTtlSays(int valueBytes, int fromMs, int toMs)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 3, valueBytes, TtlOf(fromMs));
        subject.AdvanceMs(40);

        Assert.Equal(WriteOutcome.Stored, subject.Store.Touch(s_key, TtlOf(toMs)));

        Assert.Equal(toMs, Info(subject).ExpiresInMs);
        subject.AssertHit(s_key, 3, valueBytes);
        subject.AdvanceMs(toMs - 1);
        subject.AssertHit(s_key, 3, valueBytes);
        subject.AdvanceMs(1);
        Assert.False(subject.Contains(s_key));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(30_000)]
    public void Touch_ToInfinite_NeverExpires(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 3, valueBytes, TimeSpan.FromMilliseconds(100));

        Assert.Equal(WriteOutcome.Stored, subject.Store.Touch(s_key, Timeout.InfiniteTimeSpan));

        subject.Clock.Advance(TimeSpan.FromDays(1000));
        subject.Store.Maintain();
        subject.AssertHit(s_key, 3, valueBytes);
        Assert.Equal(long.MaxValue, Info(subject).ExpiresInMs);
    }

    [Fact]
    public void Touch_Null_TakesTheDefault()
    {
        using var subject = new StoreUnderTest(o => o.DefaultTtl = TimeSpan.FromMilliseconds(700));
        subject.Set(s_key, 3, 10, TimeSpan.FromMilliseconds(100));

        subject.Store.Touch(s_key, null);

        Assert.Equal(700, Info(subject).ExpiresInMs);
    }

    [Fact]
    public void Touch_NullWithoutDefault_NeverExpires()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 3, 10, TimeSpan.FromMilliseconds(100));

        subject.Store.Touch(s_key, null);

        Assert.Equal(long.MaxValue, Info(subject).ExpiresInMs);
    }

    [Fact]
    public void Touch_AbsentOrExpired_IsNotFound()
    {
        using var subject = new StoreUnderTest();
        Assert.Equal(WriteOutcome.NotFound, subject.Store.Touch(s_key, TimeSpan.FromSeconds(1)));
        subject.Set(s_key, 3, 10, TimeSpan.FromMilliseconds(100));
        subject.AdvanceMs(100);

        Assert.Equal(WriteOutcome.NotFound, subject.Store.Touch(s_key, TimeSpan.FromSeconds(1)));

        Assert.False(subject.Contains(s_key));
    }

    [Fact]
    public void Touch_VersionedEntry_KeepsValueAndVersion()
    {
        using var subject = new StoreUnderTest();
        subject.Store.Set(s_key, TestBytes.Value(1, 60), new WriteOptions { Versioned = true });
        long version = Info(subject).Version;

        subject.Store.Touch(s_key, TimeSpan.FromSeconds(9));

        Assert.Equal(version, Info(subject).Version);
        subject.AssertHit(s_key, 1, 60);
    }

    [Fact]
    public void Touch_AgainAndAgain_KeepsAliveAndLeaksNothing()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 60, TimeSpan.FromMilliseconds(100));
        subject.Set("long"u8.ToArray(), 2, 30_000, TimeSpan.FromMilliseconds(100));
        for (int i = 0; i < 5000; i++)
        {
            subject.AdvanceMs(90);
            Assert.Equal(WriteOutcome.Stored, subject.Store.Touch(s_key, TimeSpan.FromMilliseconds(100)));
            Assert.Equal(WriteOutcome.Stored, subject.Store.Touch("long"u8, TimeSpan.FromMilliseconds(100)));
            if (i % 100 == 0)
                subject.Store.Maintain();
        }

        subject.AssertHit(s_key, 1, 60);
        subject.AssertHit("long"u8.ToArray(), 2, 30_000);
        Assert.Equal(2, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.Evictions);
    }

    private static TimeSpan TtlOf(int milliseconds) => milliseconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);

    private static EntryInfo Info(StoreUnderTest subject)
    {
        Assert.True(subject.Store.TryGetInfo(s_key, out EntryInfo info));
        return info;
    }
}
