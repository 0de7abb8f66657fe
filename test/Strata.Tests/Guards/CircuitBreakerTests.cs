using Strata.Guards;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests.Guards;

public sealed class CircuitBreakerTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Report_OfFailuresInARow_OpensAtTheLast()
    {
        CircuitBreaker breaker = Create(new() { FailuresInARow = 3 });
        Fail(breaker, 2);
        Succeed(breaker);
        Fail(breaker, 2);
        Assert.Equal(BreakerState.Closed, breaker.State);
        Fail(breaker, 1);
        Assert.Equal(BreakerState.Open, breaker.State);
        Assert.False(breaker.TryEnter(out _, out _));
        Assert.Equal(1, breaker.Openings);
    }

    [Fact]
    public void Report_OfTooManyFailuresInAWindow_Opens()
    {
        CircuitBreaker breaker = Create(new() { FailuresInARow = 1_000, MinWindowCalls = 10, FailureShare = 0.5 });
        for (int i = 0; i < 4; i++)
        {
            Succeed(breaker);
            Fail(breaker, 1);
        }

        Succeed(breaker);
        Assert.Equal(BreakerState.Closed, breaker.State);
        Fail(breaker, 1);
        Assert.Equal(BreakerState.Open, breaker.State);
    }

    [Fact]
    public void Report_InANewWindow_ForgetsTheOldOne()
    {
        CircuitBreaker breaker = Create(new() { FailuresInARow = 1_000, MinWindowCalls = 10, FailureShare = 0.5, Window = TimeSpan.FromSeconds(10) });
        Fail(breaker, 9);
        _time.Advance(TimeSpan.FromSeconds(10));
        Fail(breaker, 9);
        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void TryEnter_WhenTheTimeIsOver_LetsExactlyOneProbeThrough()
    {
        CircuitBreaker breaker = Opened();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(breaker.TryEnter(out _, out _));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(breaker.TryEnter(out BreakerPermit probe, out BreakerChange? change));
        Assert.Equal(BreakerState.HalfOpen, change!.Value.State);
        for (int i = 0; i < 10; i++)
            Assert.False(breaker.TryEnter(out _, out _));
        Assert.Equal(BreakerState.Closed, breaker.Report(probe, hasFailed: false)!.Value.State);
        Assert.True(breaker.TryEnter(out _, out _));
    }

    [Fact]
    public void Report_OfFailedProbes_DoublesTheTimeUpToItsBound()
    {
        CircuitBreaker breaker = Opened();
        List<double> seconds = [];
        for (TimeSpan open = TimeSpan.FromSeconds(1); seconds.Count < 5;)
        {
            _time.Advance(open - TimeSpan.FromMilliseconds(1));
            Assert.False(breaker.TryEnter(out _, out _));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(breaker.TryEnter(out BreakerPermit probe, out _));
            open = breaker.Report(probe, hasFailed: true)!.Value.OpenTime;
            seconds.Add(open.TotalSeconds);
        }

        Assert.Equal([2, 4, 8, 10, 10], seconds);
        Assert.Equal(6, breaker.Openings);
    }

    [Fact]
    public void Report_AfterItClosed_BeginsAnew()
    {
        CircuitBreaker breaker = Opened();
        _time.Advance(TimeSpan.FromSeconds(1));
        breaker.TryEnter(out BreakerPermit probe, out _);
        breaker.Report(probe, hasFailed: false);
        Fail(breaker, 2);
        Assert.Equal(BreakerState.Closed, breaker.State);
        Fail(breaker, 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(breaker.TryEnter(out _, out _));
    }

    [Fact]
    public void Report_OfACallFromBefore_SaysNothing()
    {
        CircuitBreaker breaker = Create(new() { FailuresInARow = 3 });
        breaker.TryEnter(out BreakerPermit slow, out _);
        breaker.TryEnter(out BreakerPermit slowToo, out _);
        Fail(breaker, 3);
        Assert.Null(breaker.Report(slow, hasFailed: false));
        Assert.Equal(BreakerState.Open, breaker.State);
        _time.Advance(TimeSpan.FromSeconds(1));
        breaker.TryEnter(out BreakerPermit probe, out _);
        Assert.Null(breaker.Report(slowToo, hasFailed: true));
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        Assert.NotNull(breaker.Report(probe, hasFailed: false));
    }

    [Fact]
    public void Release_OfTheProbe_MakesTheNextCallTheProbe()
    {
        CircuitBreaker breaker = Opened();
        _time.Advance(TimeSpan.FromSeconds(1));
        breaker.TryEnter(out BreakerPermit cancelled, out _);
        Assert.Equal(BreakerState.Open, breaker.Release(cancelled)!.Value.State);
        Assert.True(breaker.TryEnter(out BreakerPermit probe, out _));
        Assert.Null(breaker.Report(cancelled, hasFailed: true));
        Assert.Equal(BreakerState.Closed, breaker.Report(probe, hasFailed: false)!.Value.State);
    }

    private CircuitBreaker Create(GuardOptions options) => new(options with { TimeProvider = _time, MaxOpenTime = TimeSpan.FromSeconds(10) });

    private CircuitBreaker Opened()
    {
        CircuitBreaker breaker = Create(new() { FailuresInARow = 3 });
        Fail(breaker, 3);
        return breaker;
    }

    private static void Fail(CircuitBreaker breaker, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.True(breaker.TryEnter(out BreakerPermit permit, out _));
            breaker.Report(permit, hasFailed: true);
        }
    }

    private static void Succeed(CircuitBreaker breaker)
    {
        Assert.True(breaker.TryEnter(out BreakerPermit permit, out _));
        Assert.Null(breaker.Report(permit, hasFailed: false));
    }
}
