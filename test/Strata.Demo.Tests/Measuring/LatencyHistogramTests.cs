using Strata.Demo.Measuring;
using Xunit;

namespace Strata.Demo.Tests.Measuring;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1_000_003)]
    [InlineData(long.MaxValue)]
    public void Quantile_OneDuration_IsItWithinSevenPercent(long ticks)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(ticks);

        Assert.InRange(histogram.Quantile(0.5), ticks, ticks > long.MaxValue / 2 ? long.MaxValue : (long)(ticks * 1.07));
    }

    [Fact]
    public void Quantile_TwoHistogramsAdded_SeesBoth()
    {
        var low = new LatencyHistogram();
        var high = new LatencyHistogram();
        for (int i = 0; i < 98; i++)
            low.Record(10);
        high.Record(20);
        high.Record(30);
        low.Add(high);

        Assert.Equal(100, low.Count);
        Assert.Equal((10, 10, 20, 30), (low.Quantile(0.5), low.Quantile(0.98), low.Quantile(0.99), low.Quantile(1)));
    }

    [Fact]
    public void Quantile_Empty_IsZero() => Assert.Equal(0, new LatencyHistogram().Quantile(0.99));
}
