using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Tests.Memory;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class OpenSlabsTests : IDisposable
{
    private readonly PoolUnderTest _pool = new(20);
    private readonly OpenSlabs _open;

    public OpenSlabsTests() => _open = new OpenSlabs(_pool.Pool);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Find_SeveralClasses_IsTheOneOfTheClass()
    {
        Add(1, 10);
        Add(2, 40);
        Add(3, TtlClass.Never);

        Assert.Equal(1, _open.Find(10, 100));
        Assert.Equal(2, _open.Find(41, 100));
        Assert.Equal(3, _open.Find(TtlClass.Never, 100));
        Assert.Equal(0, _open.Find(25, 100));
    }

    [Fact]
    public void Find_ClassHasNoRoom_IsNone()
    {
        Add(1, 10, usedBytes: PoolUnderTest.PageBytes - 99);
        Add(2, 40);

        Assert.Equal(0, _open.Find(10, 100));
        Assert.Equal(1, _open.Find(10, 99));
        Assert.Equal(2, _open.FindNearest(10, 100));
        Assert.True(_open.HasRoom(100));
        Assert.False(_open.HasRoom(PoolUnderTest.PageBytes + 1));
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(20, 1)]
    [InlineData(26, 2)]
    [InlineData(90, 2)]
    [InlineData(150, 3)]
    [InlineData(TtlClass.Settled, 3)]
    public void FindNearest_AnyClass_IsTheNearest(int ttlClass, int expected)
    {
        Add(1, 10);
        Add(2, 40);
        Add(3, TtlClass.Never);

        Assert.Equal(expected, _open.FindNearest(ttlClass, 100));
    }

    [Fact]
    public void Replaced_OwnClassOrAtTheLimit_IsTheNearestSlab()
    {
        Add(1, 10);
        Add(2, 40);

        Assert.Equal(1, _open.Replaced(10, limit: 5));
        Assert.Equal(0, _open.Replaced(20, limit: 5));
        Assert.Equal(1, _open.Replaced(20, limit: 2));
        Assert.Equal(2, _open.Replaced(30, limit: 1));
    }

    [Fact]
    public void Remove_InTheMiddle_LeavesTheOthers()
    {
        Add(1, 10);
        Add(2, 40);
        Add(3, 70);
        _open.Remove(1);

        Assert.Equal(2, _open.Count);
        Assert.Equal(0, _open.Find(10, 100));
        Assert.Equal(2, _open.Find(40, 100));
        Assert.Equal(3, _open.Find(70, 100));
    }

    private void Add(int page, int ttlClass, int usedBytes = 0)
    {
        _pool.Pool.InfoOf(page).UsedBytes = usedBytes;
        _open.Add(page, ttlClass);
    }
}
