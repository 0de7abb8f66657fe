using Strata.Engine.Expiry;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

public sealed class TtlClassTests
{
    [Fact]
    public void Of_LongerAndLongerTimes_NeverFallsAndLeavesNoClassOut()
    {
        int last = TtlClass.Of(0);
        Assert.Equal(0, last);
        for (long leftMs = 1; leftMs <= WriteOptions.MaxTtl.TotalMilliseconds; leftMs += 1 + (leftMs >> 6))
        {
            int ttlClass = TtlClass.Of(leftMs);
            Assert.InRange(ttlClass, last, last + 1);
            last = ttlClass;
        }

        Assert.InRange(last, 0, TtlClass.Count - 1);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1000)]
    [InlineData(60_000)]
    [InlineData(86_400_000)]
    public void Of_AQuarterMore_IsAnotherClass(long leftMs) => Assert.True(TtlClass.Of(leftMs + (leftMs / 4) + 1) > TtlClass.Of(leftMs));

    [Fact]
    public void Of_OneClass_SpansAQuarterOfItsTimeAtMost()
    {
        long first = 4;
        for (long leftMs = 4; leftMs < 1 << 22; leftMs++)
        {
            if (TtlClass.Of(leftMs) != TtlClass.Of(first))
                first = leftMs;
            Assert.InRange(leftMs, first, first + (first / 4));
        }
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(long.MaxValue - 1, TtlClass.Count - 1)]
    [InlineData(long.MaxValue, TtlClass.Never)]
    public void Of_AtTheEnds_IsTheFirstOrTheLast(long leftMs, int expected) => Assert.Equal(expected, TtlClass.Of(leftMs));
}
