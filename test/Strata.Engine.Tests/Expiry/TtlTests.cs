using Xunit;

namespace Strata.Engine.Tests.Expiry;

/// <summary>Time to live, to the millisecond.</summary>
public sealed class TtlTests
{
    private static readonly byte[] s_key = "mortal"u8.ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(60_001)]
    [InlineData(86_400_000L * 400)]
    [InlineData((1L << 40) - 1)]
    [InlineData(1L << 40)]
    public void Set_WithTtl_LivesUntilExactlyThen(long ttlMs)
    {
        using var subject = new StoreUnderTest();
        subject.AdvanceMs(12_345);
        subject.Set(s_key, 1, 20, TimeSpan.FromMilliseconds(ttlMs));
        Assert.Equal(ttlMs, ExpiresInMs(subject));

        subject.AdvanceMs(ttlMs - 1);
        Assert.Equal(1, ExpiresInMs(subject));
        subject.AssertHit(s_key, 1, 20);
        subject.AdvanceMs(1);

        Assert.False(subject.Contains(s_key));
        Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet(s_key, new byte[20], out int _));
    }

    [Fact]
    public void Set_ShortTtlsOfEveryMillisecond_ExpireOneByOne()
    {
        using var subject = new StoreUnderTest();
        for (int ttl = 1; ttl <= 300; ttl++)
            subject.Set(TestKit.Bytes.TestBytes.Key(ttl, 8), (ulong)ttl, 40, TimeSpan.FromMilliseconds(ttl));
        for (int now = 0; now <= 301; now++, subject.AdvanceMs(1))
        {
            for (int ttl = Math.Max(1, now - 3); ttl <= Math.Min(300, now + 3); ttl++)
                Assert.Equal(ttl > now, subject.Contains(TestKit.Bytes.TestBytes.Key(ttl, 8)));
        }
    }

    [Theory]
    [InlineData(10_000, 5)]
    [InlineData(10_001, 5)]
    [InlineData(19_999, 5)]
    [InlineData(10, 5)]
    [InlineData(25_000, 7_777)]
    public void Set_FractionsOfMilliseconds_NeverServesAfterTheTime(long ttlTicks, long startTicks)
    {
        using var subject = new StoreUnderTest();
        subject.Clock.Advance(TimeSpan.FromTicks(startTicks));
        subject.Set(s_key, 1, 20, TimeSpan.FromTicks(ttlTicks));

        // Below a millisecond counts as one; otherwise the entry may go up to two roundings early, but never late.
        long bound = Math.Max(ttlTicks, TimeSpan.TicksPerMillisecond);
        subject.Clock.Advance(TimeSpan.FromTicks(bound));

        Assert.False(subject.Contains(s_key));
    }

    [Fact]
    public void Set_Infinite_NeverExpires()
    {
        using var subject = new StoreUnderTest(o => o.DefaultTtl = TimeSpan.FromSeconds(1));
        subject.Set(s_key, 1, 20, Timeout.InfiniteTimeSpan);

        subject.Clock.Advance(TimeSpan.FromDays(20_000));
        subject.Store.Maintain();

        subject.AssertHit(s_key, 1, 20);
        Assert.Equal(long.MaxValue, ExpiresInMs(subject));
    }

    [Fact]
    public void DefaultTtl_WriteWithoutTtl_TakesIt()
    {
        using var subject = new StoreUnderTest(o => o.DefaultTtl = TimeSpan.FromMilliseconds(250));
        subject.Store.Set(s_key, "a"u8);
        subject.Store.Add("added"u8, "b"u8);
        subject.Store.Set("own"u8, "c"u8, new WriteOptions { Ttl = TimeSpan.FromMilliseconds(400) });
        Assert.Equal(250, ExpiresInMs(subject));

        subject.AdvanceMs(250);

        Assert.False(subject.Contains(s_key));
        Assert.False(subject.Contains("added"u8.ToArray()));
        Assert.True(subject.Contains("own"u8.ToArray()));
    }

    [Theory]
    [InlineData(100, 200, true)]
    [InlineData(100, 200, false)]
    [InlineData(100, 100, true)]
    [InlineData(0, 100, true)]
    [InlineData(0, 100, false)]
    public void Set_OverwrittenWithOtherTtl_TheNewOneCounts(int firstMs, int secondMs, bool sameLength)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 50, TtlOf(firstMs));
        subject.AdvanceMs(60);
        subject.Set(s_key, 2, sameLength ? 50 : 3000, TtlOf(secondMs));

        subject.AdvanceMs(secondMs - 1);
        subject.AssertHit(s_key, 2, sameLength ? 50 : 3000);
        subject.AdvanceMs(1);

        Assert.False(subject.Contains(s_key));
    }

    [Fact]
    public void Set_OverwrittenWithoutTtl_NoLongerExpires()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 50, TimeSpan.FromMilliseconds(10));
        subject.Set(s_key, 2, 50, Timeout.InfiniteTimeSpan);

        subject.AdvanceMs(100_000);
        subject.Store.Maintain();

        subject.AssertHit(s_key, 2, 50);
    }

    [Fact]
    public void Add_OverExpiredEntry_TakesItsOwnTtl()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 50, TimeSpan.FromMilliseconds(10));
        subject.AdvanceMs(10);
        Assert.Equal(WriteOutcome.Stored, subject.Store.Add(s_key, new byte[50], new WriteOptions { Ttl = TimeSpan.FromMilliseconds(30) }));

        Assert.Equal(30, ExpiresInMs(subject));
    }

    [Fact]
    public void Remove_ExpiredEntry_AnswersFalse()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 50, TimeSpan.FromMilliseconds(10));
        subject.AdvanceMs(10);

        Assert.False(subject.Store.Remove(s_key));

        Assert.Equal(0, subject.Statistics.Removals);
    }

    private static TimeSpan TtlOf(int milliseconds) => milliseconds == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds);

    private static long ExpiresInMs(StoreUnderTest subject)
    {
        Assert.True(subject.Store.TryGetInfo(s_key, out EntryInfo info));
        return info.ExpiresInMs;
    }
}
