using Strata.Engine.Eviction;
using Strata.Engine.Layout;
using Strata.Engine.Tests.Memory;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class GhostTableTests : IDisposable
{
    private const int KeysOfAPage = PoolUnderTest.PageBytes / sizeof(uint);
    private const long WindowBytes = 1 << 20;
    private const int RecordBytes = 1024;

    // A window holds 1024 records: half of what a page has room for.
    private const int KeysOfAWindow = (int)(WindowBytes / RecordBytes);

    private readonly PoolUnderTest _pool = new(20);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Take_BeforeItHasMemory_KnowsNothing()
    {
        GhostTable ghost = new(_pool.Pool, _pool.Pool.TableOf(0, 10));
        ghost.Remember(HashOf(1), RecordBytes);

        Assert.Equal(0, ghost.CapacityKeys);
        Assert.False(ghost.Take(HashOf(1)));
    }

    [Fact]
    public void Take_RememberedKey_IsTrueOnce()
    {
        GhostTable ghost = NewGhost();
        for (int key = 0; key < 500; key++)
            ghost.Remember(HashOf(key), RecordBytes);

        Assert.InRange(CountTaken(ghost, 0, 500), 495, 500);
        Assert.InRange(CountTaken(ghost, 0, 500), 0, 3);
    }

    [Fact]
    public void Take_KeysNeverRemembered_AlmostAllFail()
    {
        GhostTable ghost = NewGhost();
        for (int key = 0; key < 100_000; key++)
            ghost.Remember(HashOf(key), RecordBytes);

        // One in 4096 by the width of the fingerprints, in a table that is full of other keys.
        Assert.InRange(CountTaken(ghost, 1_000_000, 40_960), 0, 40);
    }

    [Fact]
    public void Clear_ManyTimesInARow_BringsNothingBack()
    {
        GhostTable ghost = NewGhost();
        for (int key = 0; key < 500; key++)
            ghost.Remember(HashOf(key), RecordBytes);

        for (int clear = 0; clear < 6; clear++)
        {
            ghost.Clear();
            Assert.InRange(CountTaken(ghost, 0, 500), 0, 3);
        }
    }

    [Fact]
    public void Take_AfterAWindowOfDroppedBytes_HasForgotten()
    {
        GhostTable ghost = NewGhost();
        for (int key = 0; key < 2 * KeysOfAWindow; key++)
            ghost.Remember(HashOf(key), RecordBytes);

        Assert.InRange(CountTaken(ghost, 0, KeysOfAWindow - 100), 0, 10);
        Assert.InRange(CountTaken(ghost, KeysOfAWindow + 100, KeysOfAWindow - 100), (KeysOfAWindow - 100) * 9 / 10, KeysOfAWindow);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Clear_RememberedKeys_AreForgotten(int before)
    {
        GhostTable ghost = NewGhost();
        for (int key = 0; key < before + 500; key++)
            ghost.Remember(HashOf(key), RecordBytes);

        ghost.Clear();

        Assert.InRange(CountTaken(ghost, before, 500), 0, 3);
        Assert.Equal(KeysOfAPage, ghost.CapacityKeys);
        ghost.Remember(HashOf(before), RecordBytes);
        Assert.True(ghost.Take(HashOf(before)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(33_000)]
    [InlineData(70_000)]
    public void Restart_WithMorePages_ForgetsAndHasRoomForMore(int before)
    {
        GhostTable ghost = NewGhost();
        for (int key = 0; key < before; key++)
            ghost.Remember(HashOf(key), RecordBytes);
        for (int page = 0; page < 3; page++)
            ghost.AddPage(_pool.Pool.TryTake(PageKind.Ghost));
        Assert.Equal(KeysOfAPage, ghost.CapacityKeys);

        ghost.Restart(4 * WindowBytes);

        Assert.Equal(4 * KeysOfAPage, ghost.CapacityKeys);
        Assert.InRange(CountTaken(ghost, before - 100, 100), 0, 2);
        for (int key = before; key < before + (3 * KeysOfAWindow); key++)
            ghost.Remember(HashOf(key), RecordBytes);
        Assert.InRange(CountTaken(ghost, before, 3 * KeysOfAWindow), 3 * KeysOfAWindow * 9 / 10, 3 * KeysOfAWindow);
    }

    [Fact]
    public void PagesFor_Keys_HaveRoomForThem()
    {
        GhostTable ghost = NewGhost();

        Assert.Equal(1, ghost.PagesFor(0));
        Assert.Equal(1, ghost.PagesFor(KeysOfAPage));
        Assert.Equal(2, ghost.PagesFor(KeysOfAPage + 1));
        Assert.Equal(10, ghost.PagesFor(100 * KeysOfAPage));
    }

    private GhostTable NewGhost()
    {
        var ghost = new GhostTable(_pool.Pool, _pool.Pool.TableOf(0, 10));
        ghost.AddPage(_pool.Pool.TryTake(PageKind.Ghost));
        ghost.Restart(WindowBytes);
        return ghost;
    }

    private static int CountTaken(GhostTable ghost, int first, int count) => Enumerable.Range(first, count).Count(key => ghost.Take(HashOf(key)));

    private static ulong HashOf(int key) => new SplitMix64((ulong)key).Next();
}
