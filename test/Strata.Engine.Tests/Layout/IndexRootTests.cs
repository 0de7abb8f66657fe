using Strata.Engine.Layout;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Layout;

/// <summary>Linear hashing: which head bucket a hash belongs to as the heads grow one by one.</summary>
public sealed class IndexRootTests
{
    [Fact]
    public void HeadIndex_AnyHash_IsAHeadThatExists()
    {
        var random = new SplitMix64(5);
        foreach (uint heads in new uint[] { IndexRoot.FewestHeads, 3, 4, 5, 1000, 1 << 20, (1 << 20) + 1, uint.MaxValue / 2 })
        {
            for (int i = 0; i < 1000; i++)
                Assert.InRange(IndexRoot.HeadIndex(random.Next(), heads), 0u, heads - 1);
        }
    }

    [Fact]
    public void HeadIndex_OneHeadMore_MovesHashesFromOneHeadToTheNewOneOnly()
    {
        for (uint heads = IndexRoot.FewestHeads; heads < 300; heads++)
        {
            uint split = IndexRoot.HeadIndex(heads, heads);
            bool anyMoved = false;
            for (ulong hash = 0; hash < 1024; hash++)
            {
                uint before = IndexRoot.HeadIndex(hash, heads), after = IndexRoot.HeadIndex(hash, heads + 1);
                if (before == after)
                    continue;
                Assert.Equal(split, before);
                Assert.Equal(heads, after);
                anyMoved = true;
            }

            Assert.True(anyMoved, $"Nothing moved to head {heads}.");
        }
    }

    [Fact]
    public void Shape_HeadCountAndEpoch_DoNotDisturbEachOther()
    {
        ulong shape = IndexRoot.WithHeadCount(0, 12_345);
        ulong cleared = IndexRoot.NextEpoch(shape);

        Assert.Equal(12_345u, IndexRoot.HeadCountOf(cleared));
        Assert.False(IndexRoot.SameEpoch(shape, cleared));
        Assert.True(IndexRoot.SameEpoch(cleared, IndexRoot.WithHeadCount(cleared, uint.MaxValue)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(127)]
    public void FollowersOf_AnyHead_AreTheHeadsItsHashesGoToLater(int headCount)
    {
        for (uint grown = (uint)headCount; grown < 8 * headCount; grown += 1 + ((uint)headCount / 5))
        {
            for (uint head = 0; head < headCount; head++)
            {
                IndexRoot.FollowersOf(head, (uint)headCount, out ulong step, out uint sibling);
                var followers = new SortedSet<ulong> { head };
                for (ulong next = head + step; next < grown; next += step)
                    followers.Add(next);
                for (ulong next = sibling; sibling != 0 && next < grown; next += step)
                    followers.Add(next);

                ulong[] expected = [.. Enumerable.Range(0, (int)grown).Select(x => (ulong)x).Where(x => IndexRoot.HeadIndex(x, (uint)headCount) == head)];
                Assert.Equal(expected, followers);
            }
        }
    }

    [Fact]
    public void FollowersOf_MostHeadsThereCanBe_DoesNotOverflow()
    {
        IndexRoot.FollowersOf(5, uint.MaxValue, out ulong step, out uint sibling);

        Assert.Equal(1UL << 32, step);
        Assert.Equal(0U, sibling);
    }
}
