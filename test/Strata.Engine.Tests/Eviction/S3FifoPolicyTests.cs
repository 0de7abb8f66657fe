using Strata.Engine.Eviction;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class S3FifoPolicyTests
{
    private readonly S3FifoPolicy _policy = new();

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    public void OnProbation_Frequency_IsPromotedAtTwoHits(int frequency, bool kept)
    {
        Verdict verdict = _policy.OnProbation(frequency);

        Assert.Equal(kept, verdict.IsKept);
        Assert.Equal(kept ? Verdict.KeepInMain(0) : Verdict.Drop, verdict);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void OnMain_HitEntry_GoesRoundWithOneLess(int frequency, int left) => Assert.Equal(Verdict.KeepInMain(left), _policy.OnMain(frequency));

    [Fact]
    public void OnMain_EntryWithoutHits_IsDropped() => Assert.Equal(Verdict.Drop, _policy.OnMain(0));

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(101, 899, true)]
    [InlineData(100, 900, false)]
    [InlineData(10, 990, false)]
    [InlineData(1000, 0, true)]
    public void EvictsProbation_AboveItsTenth_IsTrue(long probation, long main, bool expected) =>
        Assert.Equal(expected, _policy.EvictsProbation(new RingBytes(probation, main, 1000, HasEvicted: true)));

    [Theory]
    [InlineData(true, 0, true, true)]
    [InlineData(true, 1000, false, true)]
    [InlineData(false, 99, false, false)]
    [InlineData(false, 100, false, true)]
    [InlineData(false, 500, true, false)]
    public void BeginsInMain_RememberedOrFirstFilling_IsTrue(bool remembered, long probation, bool hasEvicted, bool expected) =>
        Assert.Equal(expected, _policy.BeginsInMain(remembered, new RingBytes(probation, 0, 1000, hasEvicted)));
}
