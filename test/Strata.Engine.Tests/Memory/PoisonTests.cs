using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Xunit;

namespace Strata.Engine.Tests.Memory;

/// <summary>Pages are filled where they are recycled, so that a use after that shows. That a pinned page is spared is seen by every read under a pin.</summary>
public sealed class PoisonTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Return_Page_IsPoisonedInAPoolThatDoesSo(bool poisons)
    {
        using var subject = new PoolUnderTest(4, poisons);
        int page = subject.Pool.TryTake(PageKind.Chain);
        Assert.False(IsPoisoned(subject, page));

        subject.Pool.Return(page);

        Assert.Equal(poisons, IsPoisoned(subject, page));
    }

    [Fact]
    public void ReturnChain_Chain_PoisonsEveryPage()
    {
        using var subject = new PoolUnderTest(8);
        int[] pages = [.. Enumerable.Range(0, 5).Select(_ => subject.Pool.TryTake(PageKind.Chain))];
        subject.Link(pages);

        subject.Pool.ReturnChain(pages[0]);

        Assert.All(pages, page => Assert.True(IsPoisoned(subject, page)));
    }

    [Fact]
    public void Put_PageInReserve_IsPoisoned()
    {
        using var subject = new PoolUnderTest(4);
        var reserve = new ReservedPages(subject.Pool);
        int page = subject.Pool.TryTake(PageKind.Main);

        reserve.Put(page);

        Assert.True(IsPoisoned(subject, page));
    }

    [Fact]
    public unsafe void PoisonByte_ReadAsHeader_AnnouncesAValueLongerThanAny()
    {
        ulong poison = PagePool.PoisonByte * 0x0101_0101_0101_0101UL;

        Assert.True(RecordHeader.Read((byte*)&poison).ValueBytes > ByteStoreOptions.LimitValueBytes);
    }

    private static bool IsPoisoned(PoolUnderTest subject, int page)
    {
        var bytes = new byte[PoolUnderTest.PageBytes];
        subject.Pool.CopyChain(page, bytes);
        return !bytes.AsSpan().ContainsAnyExcept(PagePool.PoisonByte);
    }
}
