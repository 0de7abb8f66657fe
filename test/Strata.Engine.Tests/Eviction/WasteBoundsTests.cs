using Strata.Engine.Eviction;
using Xunit;

namespace Strata.Engine.Tests.Eviction;

public sealed class WasteBoundsTests
{
    private static readonly WasteBounds s_bounds = new(WastePerMille: 180, WasteGrade: 4, ExpiredPerMille: 30, ExpiredGrade: 2, CheapPerMille: 5, SparedSlabs: 1);

    [Theory]
    [InlineData(0, 0, int.MaxValue)]
    [InlineData(180, 5, int.MaxValue)]
    [InlineData(180, 6, WasteBounds.CheapGrade)]
    [InlineData(181, 0, 4)]
    [InlineData(181, 6, 4)]
    [InlineData(100, 30, WasteBounds.CheapGrade)]
    [InlineData(100, 31, 2)]
    [InlineData(900, 900, 2)]
    public void LeastGrade_OfAThousandBytes_IsThatOfTheBoundThatIsPassed(long wasteBytes, long expiredBytes, int expected) =>
        Assert.Equal(expected, s_bounds.LeastGrade(wasteBytes, expiredBytes, 1000));

    [Fact]
    public void LeastGrade_LargestStripe_DoesNotOverflow() =>
        Assert.Equal(2, s_bounds.LeastGrade(ByteStoreOptions.LimitCapacityBytes, ByteStoreOptions.LimitCapacityBytes, ByteStoreOptions.LimitCapacityBytes));
}
