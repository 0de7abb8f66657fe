using Strata.Engine.Stress.Parity;

namespace Strata.Engine.Stress.Tests.Parity;

/// <summary>The reference on sequences that can be followed by hand: ten entries, one of them in probation once there has been an eviction.</summary>
public sealed class S3FifoReferenceTests
{
    private const int Capacity = 10;
    private const int GhostDrops = 9;

    private readonly S3FifoReference _reference = new(Capacity, GhostDrops);

    // The first filling puts 0 into probation and 1 to 9 into main; the turn after it takes the oldest of main, as probation has no more than its share.
    public S3FifoReferenceTests() => Write(0, 9);

    [Fact]
    public void Set_LastOfTheFirstFilling_EvictsTheOldestOfMain()
    {
        Assert.Equal(9, _reference.Count);
        Assert.False(_reference.Contains(1));
        Assert.True(_reference.Contains(0));
    }

    [Fact]
    public void Set_NewKeys_PassThroughProbation()
    {
        Assert.Equal([0], _reference.Set(10));
        Assert.Equal([10], _reference.Set(11));
        Assert.Equal([11], _reference.Set(12));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(5, true)]
    public void Set_KeyHitInProbation_IsPromotedAtTwoHits(int hits, bool stays)
    {
        _reference.Set(10);
        for (int i = 0; i < hits; i++)
            Assert.True(_reference.TryGet(10));

        _reference.Set(11);

        Assert.Equal(stays, _reference.Contains(10));
        Assert.Equal(stays ? 1 : 0, _reference.Tally.Promotions);
    }

    [Fact]
    public void Set_KeyThatReturnsInTime_BeginsInMain()
    {
        _reference.Set(10);
        _reference.Set(11);
        Assert.Equal(0, _reference.DropsSince(10));

        _reference.Set(10);

        Assert.Equal(1, _reference.Tally.GhostHits);
        Assert.Null(_reference.DropsSince(10));
        // Probation is what it was: the key did not pass through it.
        Assert.True(_reference.Contains(11));
    }

    [Theory]
    [InlineData(GhostDrops, 1)]
    [InlineData(GhostDrops + 1, 0)]
    public void Set_KeyThatReturnsAfterSoManyDrops_IsRememberedForTheGhostsLength(int drops, int remembered)
    {
        _reference.Set(10);
        Write(11, 11 + drops);
        Assert.Equal(drops, _reference.DropsSince(10));

        _reference.Set(10);

        Assert.Equal(remembered, _reference.Tally.GhostHits);
    }

    [Fact]
    public void TryGet_Absent_IsNoHit() => Assert.False(_reference.TryGet(77));

    private void Write(int first, int last)
    {
        for (int key = first; key <= last; key++)
            _reference.Set(key);
    }
}
