using Strata.Engine.Layout;
using Xunit;

namespace Strata.Engine.Tests.Layout;

public sealed class IndexBucketTests
{
    private const ulong LastVersion = IndexBucket.VersionMask;

    [Fact]
    public void NextVersion_EvenHead_IsTheNextEvenOne()
    {
        ulong head = IndexBucket.WithLink(0, 77);
        ulong next = IndexBucket.NextVersion(head);

        Assert.False(IndexBucket.IsOdd(next));
        Assert.Equal(2UL, (next & IndexBucket.VersionMask) - (head & IndexBucket.VersionMask));
        Assert.Equal(77, IndexBucket.LinkOf(next));
    }

    [Fact]
    public void Odd_ThenNextVersion_IsEvenAndAnotherOne()
    {
        ulong head = IndexBucket.WithLink(40, 5);
        ulong odd = IndexBucket.Odd(head);

        Assert.True(IndexBucket.IsOdd(odd));
        Assert.Equal(5, IndexBucket.LinkOf(odd));
        Assert.False(IndexBucket.IsOdd(IndexBucket.NextVersion(odd)));
        Assert.NotEqual(head, IndexBucket.NextVersion(odd));
        Assert.Equal(5, IndexBucket.LinkOf(IndexBucket.NextVersion(odd)));
    }

    [Theory]
    [InlineData(LastVersion)]
    [InlineData(LastVersion - 1)]
    public void NextVersion_LastVersion_WrapsWithoutTouchingTheLink(ulong version)
    {
        ulong head = IndexBucket.WithLink(version, IndexBucket.LinkLimit - 1);

        ulong next = IndexBucket.NextVersion(head);

        Assert.Equal(0UL, next & IndexBucket.VersionMask);
        Assert.Equal(IndexBucket.LinkLimit - 1, IndexBucket.LinkOf(next));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(IndexBucket.LinkLimit - 1)]
    public void WithLink_AnyLink_ReplacesTheFormerAndKeepsTheVersion(int link)
    {
        ulong head = IndexBucket.WithLink(IndexBucket.WithLink(0x7000_0002, 123_456), link);

        Assert.Equal(link, IndexBucket.LinkOf(head));
        Assert.Equal(0x7000_0002UL, head & IndexBucket.VersionMask);
    }
}
