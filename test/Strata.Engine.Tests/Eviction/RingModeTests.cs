using Strata.Engine.Eviction;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class RingModeTests
{
    private static readonly RingMode s_mode = new(20, 2, UsesGhost: true, HandicapPercent: 0);

    [Theory]
    [InlineData(1, 1, false)]
    [InlineData(2, 1, true)]
    [InlineData(3, 2, false)]
    [InlineData(0, 0, true)]
    public void OnProbation_Hits_LeadIntoMainByWeight(int frequency, int weight, bool kept) =>
        Assert.Equal(kept ? Verdict.KeepInMain(0) : Verdict.Drop, s_mode.OnProbation(frequency, weight));

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(3, 3, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(0, 0, 0)]
    public void OnMain_EntryThatCanPayItsWeight_GoesRoundWithTheRest(int frequency, int weight, int left) =>
        Assert.Equal(Verdict.KeepInMain(left), s_mode.OnMain(frequency, weight));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 200)]
    public void OnMain_EntryThatCanNotPay_IsDropped(int frequency, int weight) => Assert.Equal(Verdict.Drop, s_mode.OnMain(frequency, weight));

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void BeginsInMain_RememberedKey_OnlyWhereTheGhostIsUsed(bool usesGhost, bool expected) =>
        Assert.Equal(expected, (s_mode with { UsesGhost = usesGhost }).BeginsInMain(ghostRemembers: true, new RingBytes(200, 800, 1000, HasEvicted: true)));

    [Theory]
    [InlineData(200, 800, false)]
    [InlineData(201, 799, true)]
    [InlineData(1, 0, true)]
    public void EvictsProbation_AboveItsShare_IsTrue(long probation, long main, bool expected) =>
        Assert.Equal(expected, s_mode.EvictsProbation(new RingBytes(probation, main, 1000, HasEvicted: true)));

    [Fact]
    public void Verdicts_TenPercentTwoHitsAndEqualWeights_AreThoseOfS3Fifo()
    {
        RingMode mode = new(10, 2, UsesGhost: true, HandicapPercent: 0);
        S3FifoPolicy plain = default;
        for (int frequency = 0; frequency <= 3; frequency++)
        {
            Assert.Equal(plain.OnProbation(frequency), mode.OnProbation(frequency, 1));
            Assert.Equal(plain.OnMain(frequency), mode.OnMain(frequency, 1));
        }

        foreach (RingBytes bytes in (RingBytes[])[new(0, 0, 1000, false), new(100, 0, 1000, false), new(99, 1, 1000, false), new(101, 899, 1000, true)])
        {
            Assert.Equal(plain.EvictsProbation(bytes), mode.EvictsProbation(bytes));
            Assert.Equal(plain.BeginsInMain(false, bytes), mode.BeginsInMain(false, bytes));
            Assert.Equal(plain.BeginsInMain(true, bytes), mode.BeginsInMain(true, bytes));
        }
    }
}
