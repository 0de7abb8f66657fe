using Strata.Engine.Expiry;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

public sealed class StoreClockTests
{
    [Theory]
    [InlineData(1_000_000_000, 1_999_999, 1)]
    [InlineData(1_000_000_000, 9_000_000_000_000_000_000, 9_000_000_000_000)]
    [InlineData(10_000_000, 9_999, 0)]
    [InlineData(10_000_000, 10_000, 1)]
    [InlineData(1000, 123, 123)]
    [InlineData(3, 4, 1333)]
    public void NowMs_AnyFrequency_IsRoundedDownWithoutOverflow(long frequency, long timestamp, long expectedMs) =>
        Assert.Equal(expectedMs, new StoreClock(new FixedTime(frequency, timestamp)).NowMs);

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Constructor_FrequencyNotPositive_NamesIt(long frequency)
    {
        var error = Assert.Throws<ArgumentException>(() => new StoreClock(new FixedTime(frequency, 0)));

        Assert.Contains($"{frequency}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HasPassed_AtTheVeryMillisecond_IsTrue()
    {
        var clock = new StoreClock(new FixedTime(1000, 500));

        Assert.False(clock.HasPassed(501));
        Assert.True(clock.HasPassed(500));
        Assert.True(clock.HasPassed(499));
    }

    [Fact]
    public void HasPassed_SystemTime_NeverComesLate()
    {
        var clock = new StoreClock(TimeProvider.System);
        for (int i = 0; i < 20_000; i++)
        {
            long expiryMs = clock.NowMs + (i % 3);
            bool passed = clock.HasPassed(expiryMs);
            long after = clock.NowMs;

            // Passed although its time had not come by then, or not passed although it had before the question: both are wrong.
            if (passed)
                Assert.True(after >= expiryMs);
            while (clock.NowMs < expiryMs)
                Thread.SpinWait(20);
            Assert.True(clock.HasPassed(expiryMs));
        }
    }

    private sealed class FixedTime(long frequency, long timestamp) : TimeProvider
    {
        public override long TimestampFrequency => frequency;

        public override long GetTimestamp() => timestamp;
    }
}
