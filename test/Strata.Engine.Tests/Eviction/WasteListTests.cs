using Strata.Engine.Eviction;
using Strata.Engine.Layout;
using Strata.Engine.Tests.Memory;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class WasteListTests : IDisposable
{
    private const int PageCount = 60;
    private const int UsedBytes = PoolUnderTest.PageBytes - 96;

    private readonly PoolUnderTest _pool = new(PageCount);
    private readonly WasteList _waste;

    public WasteListTests() => _waste = new WasteList(_pool.Pool);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Worst_NothingListed_IsNone()
    {
        Assert.Equal(0, _waste.Worst);
        Seal(1);
        Assert.Equal(0, _waste.Worst);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(255, 0, 0)]
    [InlineData(128, 128, 1)]
    [InlineData(4096, 0, 16)]
    [InlineData(0, UsedBytes - 8, 31)]
    [InlineData(UsedBytes - 8, 8, 32)]
    public void GradeOf_DeadAndExpiredTogether_IsTheirShareOfThePage(int deadBytes, int expiredBytes, int expected)
    {
        Seal(1);
        _waste.Count(1, deadBytes, expiredBytes);

        Assert.Equal(expected, _waste.GradeOf(1));
        Assert.Equal(expected == 0 ? 0 : 1, _waste.Worst);
    }

    [Fact]
    public void GradeOf_ShortSlabInWhichNothingLives_IsTheTop()
    {
        Seal(1, usedBytes: 64);
        _waste.Count(1, 64, 0);

        Assert.Equal(WasteList.TopGrade, _waste.GradeOf(1));
    }

    [Fact]
    public void Count_OpenSlab_IsSummedAndNotListed()
    {
        _pool.Pool.InfoOf(1).UsedBytes = UsedBytes;
        _pool.Pool.InfoOf(1).State = SlabState.Open;
        _waste.Count(1, 5000, 1000);

        Assert.Equal(0, _waste.Worst);
        Assert.Equal(1000, _waste.ExpiredBytes);
    }

    [Fact]
    public void WorstAndAfter_AnyHistory_GoThroughTheListedSlabsFromTheWorstDown()
    {
        var random = new SplitMix64(3);
        for (int page = 1; page <= PageCount; page++)
            Seal(page);
        for (int i = 0; i < 5000; i++)
        {
            int page = 1 + random.Next(PageCount);
            ref PageInfo info = ref _pool.Pool.InfoOf(page);
            int change = random.Next(UsedBytes) - info.DeadBytes;
            if (random.Next(20) == 0 && info.State == SlabState.Sealed)
            {
                _waste.Remove(page);
                info.State = SlabState.UnderHand;
            }
            else if (info.State == SlabState.UnderHand)
            {
                _waste.Count(page, 0, -info.ExpiredBytes);
                Seal(page);
            }
            else
            {
                _waste.Count(page, change, random.Next(2) * 8 - info.ExpiredBytes);
            }
        }

        var walked = new List<int>();
        for (int page = _waste.Worst; page != 0; page = _waste.After(page))
            walked.Add(page);

        int[] listed = [.. Enumerable.Range(1, PageCount).Where(p => _pool.Pool.InfoOf(p).State == SlabState.Sealed && _waste.GradeOf(p) > 0)];
        Assert.True(listed.Length > PageCount / 2, "Too few slabs are listed for the test to mean anything.");
        Assert.Equal(listed, walked.Order());
        Assert.Equal(walked.Select(_waste.GradeOf).OrderDescending(), walked.Select(_waste.GradeOf));
        Assert.Equal(Enumerable.Range(1, PageCount).Sum(p => (long)_pool.Pool.InfoOf(p).ExpiredBytes), _waste.ExpiredBytes);
    }

    private void Seal(int page, int usedBytes = UsedBytes)
    {
        _pool.Pool.InfoOf(page) = new PageInfo { UsedBytes = usedBytes, State = SlabState.Sealed };
        _waste.Add(page);
    }
}
