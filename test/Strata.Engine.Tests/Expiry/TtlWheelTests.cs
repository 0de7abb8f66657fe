using Strata.Engine.Expiry;
using Strata.Engine.Tests.Memory;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Expiry;

public sealed class TtlWheelTests : IDisposable
{
    private const int PageCount = 200;
    private const int TickMs = TtlWheel.TickMs;
    private const long DayMs = 86_400_000;

    // A little before a turn of several levels.
    private const long StartMs = (5L << 28) - 33;

    private readonly PoolUnderTest _pool = new(PageCount);

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(65_536)]
    [InlineData(4_194_304)]
    [InlineData(DayMs)]
    [InlineData(198 * DayMs)]
    [InlineData(200 * DayMs)]
    [InlineData(12_000 * DayMs)]
    public void TakeDue_StepByStep_ComesUpAtItsTimeAndNotBefore(long afterMs)
    {
        TtlWheel wheel = NewWheel();
        wheel.File(1, StartMs + afterMs);
        long step = Math.Max(1, afterMs / 5000);
        for (long nowMs = StartMs; ; nowMs += step)
        {
            bool isDue = TakeRefiled(wheel, nowMs, _ => StartMs + afterMs) == 1;
            if (isDue)
                Assert.InRange(nowMs, StartMs + afterMs, StartMs + afterMs + TickMs + step);
            if (isDue)
                break;
            Assert.True(nowMs <= StartMs + afterMs + TickMs + step, "The page never came up.");
        }

        Assert.Equal(0, wheel.TakeDue(StartMs + afterMs + (1000 * DayMs)));
    }

    [Theory]
    [InlineData(1, 5_000)]
    [InlineData(2, 100_000)]
    [InlineData(3, 20_000_000)]
    [InlineData(4, 40_000_000_000)]
    public void TakeDue_ManyPagesThroughManyTurns_EachComesUpOnceInTime(int seed, long spreadMs)
    {
        TtlWheel wheel = NewWheel();
        var random = new SplitMix64((ulong)seed);
        var dueMs = new long[PageCount + 1];
        for (int page = 1; page <= PageCount; page++)
            wheel.File(page, dueMs[page] = StartMs + (long)(random.Next() % (ulong)spreadMs));
        long nowMs = StartMs;
        int seen = 0;
        while (nowMs < StartMs + spreadMs + TickMs)
        {
            long before = nowMs;
            nowMs += 1 + (long)(random.Next() % (ulong)(spreadMs / 200));
            while (TakeRefiled(wheel, nowMs, page => dueMs[page]) is var page and not 0)
            {
                // Not before its time, and not left behind at the last look.
                Assert.InRange(nowMs, dueMs[page], long.MaxValue);
                Assert.InRange(dueMs[page], before - TickMs, long.MaxValue);
                seen++;
            }
        }

        Assert.Equal(PageCount, seen);
    }

    [Fact]
    public void File_AgainAtAnotherTime_MovesThePage()
    {
        TtlWheel wheel = NewWheel();
        wheel.File(1, StartMs + 100);
        wheel.File(1, StartMs + 900_000);
        wheel.File(2, StartMs + 900_000);
        wheel.File(2, StartMs + 100);

        Assert.Equal(2, wheel.TakeDue(StartMs + 200));
        Assert.Equal(0, wheel.TakeDue(StartMs + 200));
        Assert.Equal(1, TakeRefiled(wheel, StartMs + 900_100, _ => StartMs + 900_000));
        Assert.Equal(0, wheel.TakeDue(StartMs + (400 * DayMs)));
    }

    [Fact]
    public void File_TimeThatHasPassed_ComesUpAtTheNextTick()
    {
        TtlWheel wheel = NewWheel();
        wheel.File(1, StartMs - 5000);

        Assert.Equal(1, wheel.TakeDue(StartMs + (2 * TickMs)));
    }

    [Fact]
    public void IsBehind_TimePasses_UntilTheWheelWasAsked()
    {
        TtlWheel wheel = NewWheel();
        wheel.File(1, StartMs + 100);
        Assert.False(wheel.IsBehind(StartMs));
        Assert.True(wheel.IsBehind(StartMs + TickMs));

        Assert.Equal(0, wheel.TakeDue(StartMs + TickMs));
        Assert.False(wheel.IsBehind(StartMs + TickMs));
        // A reading of the clock that is older than the wheel's.
        Assert.False(wheel.IsBehind(StartMs - 1000));
        Assert.Equal(1, wheel.TakeDue(StartMs + 200));
    }

    [Fact]
    public void Remove_FiledOrNot_TakesItOutAndKeepsItsNeighbours()
    {
        TtlWheel wheel = NewWheel();
        for (int page = 1; page <= 5; page++)
            wheel.File(page, StartMs + 100);
        wheel.Remove(1);
        wheel.Remove(3);
        wheel.Remove(5);
        wheel.Remove(5);
        wheel.Remove(77);

        int[] taken = [wheel.TakeDue(StartMs + 200), wheel.TakeDue(StartMs + 200)];
        Assert.Equal([2, 4], taken.Order());
        Assert.Equal(0, wheel.TakeDue(StartMs + 200));
    }

    private TtlWheel NewWheel() => new(_pool.Pool, StartMs);

    // What comes up before its time is filed again, as the stripe does it.
    private static int TakeRefiled(TtlWheel wheel, long nowMs, Func<int, long> dueMs)
    {
        for (int turns = 0; wheel.TakeDue(nowMs) is var page and not 0; turns++)
        {
            Assert.True(turns < 100 * PageCount, "The wheel does not come to an end.");
            if (dueMs(page) <= nowMs)
                return page;
            wheel.File(page, dueMs(page));
        }

        return 0;
    }
}
