using Strata.TestKit;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Tiers;

public sealed class HybridClockTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Next_Always_IsHigherThanBefore()
    {
        var clock = new HybridClock(_time);
        long first = clock.Next(), second = clock.Next();
        _time.Advance(TimeSpan.FromMilliseconds(1));
        long third = clock.Next();
        Assert.True(first < second && second < third);
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), third >> 16);
    }

    [Fact]
    public void Next_AfterAnEarlierReadingOfTheWallClock_IsStillHigher()
    {
        var behind = new HybridClock(_time);
        long seen = (_time.GetUtcNow().ToUnixTimeMilliseconds() + 60_000) << 16;
        behind.Observe(seen);
        Assert.Equal(seen + 1, behind.Next());
    }

    [Fact]
    public void Observe_OfTheFarFuture_IsNotBelieved()
    {
        var clock = new HybridClock(_time);
        clock.Observe(long.MaxValue);
        clock.Observe((_time.GetUtcNow().ToUnixTimeMilliseconds() + 3_600_000) << 16);
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), clock.Next() >> 16);
    }

    [Fact]
    public void Next_FromManyThreads_GivesEachTimestampOnce()
    {
        var clock = new HybridClock(_time);
        long[] all = [.. Enumerable.Range(0, 4).AsParallel().SelectMany(_ => Enumerable.Range(0, 10_000).Select(_ => clock.Next()).ToArray())];
        Assert.Equal(all.Length, all.Distinct().Count());
    }
}
