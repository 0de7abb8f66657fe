using Strata.Redis.Clocks;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Clocks;

/// <summary>Where timestamps of a wall clock that is set stand on the monotonic clock: never later than they were taken.</summary>
public sealed class NodeClockTests
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);

    private readonly TwoClocks _time = new();
    private readonly NodeClock _clock;

    public NodeClockTests() => _clock = new NodeClock(_time, s_window);

    [Fact]
    public void TryGetStart_WithAClockThatWasNeverSet_IsTheMomentItWasTaken()
    {
        Pass(3);
        long timestamp = Timestamp();
        Pass(2);
        Assert.True(_clock.TryGetStart(timestamp, out long start));
        Assert.Equal(TimeSpan.FromSeconds(3).Ticks, start);
    }

    [Fact]
    public void TryGetStart_AfterTheFormerDistanceBeganToBeForgotten_IsNoLaterThanItWasTaken()
    {
        Pass(8);
        long timestamp = Timestamp();
        _time.Skew -= TimeSpan.FromSeconds(5);
        for (int second = 0; second < 8; second++)
        {
            Pass(1);
            _clock.Observe();
        }

        Assert.True(_clock.TryGetStart(timestamp, out long start));
        Assert.True(start <= TimeSpan.FromSeconds(8).Ticks, $"{start}");
    }

    [Fact]
    public void TryGetStart_OfATimeShownBeforeTheClockWasSetBackUnseen_IsNoLaterThanItWasTaken()
    {
        Pass(50);
        long timestamp = Timestamp();
        Pass(10);
        _time.Skew -= TimeSpan.FromSeconds(40);
        _clock.Observe();
        // The clock shows that time again.
        Pass(31);
        Assert.True(_clock.TryGetStart(timestamp, out long start));
        Assert.True(start <= TimeSpan.FromSeconds(50).Ticks, $"{start}");
    }

    [Fact]
    public void TryGetStart_OfATimestampAheadOfAClockThatWasSetBack_HasNone()
    {
        Pass(5);
        long timestamp = Timestamp();
        _time.Skew -= TimeSpan.FromSeconds(2);
        Assert.False(_clock.TryGetStart(timestamp, out _));
    }

    private void Pass(int seconds) => _time.Passed += TimeSpan.FromSeconds(seconds);

    private long Timestamp() => _time.GetUtcNow().ToUnixTimeMilliseconds() << HybridClock.CountBits;

    /// <summary>A monotonic clock, and a wall clock that can be set.</summary>
    private sealed class TwoClocks : TimeProvider
    {
        private static readonly DateTimeOffset s_begin = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

        public TimeSpan Passed { get; set; }

        public TimeSpan Skew { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override DateTimeOffset GetUtcNow() => s_begin + Passed + Skew;
    }
}
