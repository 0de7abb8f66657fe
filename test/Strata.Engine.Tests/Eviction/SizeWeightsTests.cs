using Strata.Engine.Eviction;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class SizeWeightsTests
{
    [Theory]
    [InlineData(24)]
    [InlineData(1000)]
    [InlineData(123_457)]
    public void Of_EntryOfTheMean_IsAlwaysOne(int meanBytes)
    {
        SizeWeights weights = WithMean(meanBytes);
        for (int i = 0; i < 1000; i++)
            Assert.Equal(1, weights.Of(meanBytes));
    }

    [Theory]
    [InlineData(250, 0.25)]
    [InlineData(1500, 1.5)]
    [InlineData(3000, 3)]
    public void Of_OtherSizes_IsTheirRatioToTheMeanOnAverage(long bytes, double expected)
    {
        const int Count = 10_000;
        SizeWeights weights = WithMean(1000);
        long sum = 0;
        for (int i = 0; i < Count; i++)
        {
            int weight = weights.Of(bytes);
            Assert.InRange(weight, Math.Floor(expected), Math.Ceiling(expected) + 0.5);
            sum += weight;
        }

        Assert.InRange((double)sum / Count, expected * 0.95, expected * 1.05);
    }

    [Fact]
    public void Of_HugeEntryAmongTinyOnes_StaysInRange() => Assert.InRange(WithMean(24).Of(long.MaxValue), 100, byte.MaxValue);

    [Fact]
    public void Of_WeightsThatAreOff_IsOne()
    {
        var weights = new SizeWeights(isOn: false);
        weights.SetMean(1000, 1);

        Assert.Equal(1, weights.Of(5000));
        Assert.Equal(1, new SizeWeights(isOn: true).Of(5000));
    }

    private static SizeWeights WithMean(long bytes)
    {
        var weights = new SizeWeights(isOn: true);
        weights.SetMean(bytes * 77, 77);
        return weights;
    }
}
