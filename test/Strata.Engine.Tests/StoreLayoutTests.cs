using System.Numerics;
using Strata.Engine.Memory;
using Xunit;

namespace Strata.Engine.Tests;

public sealed class StoreLayoutTests
{
    public static TheoryData<long> Capacities =>
        [1L << 20, (1L << 20) + 1, (1L << 20) + 4097, 2L << 20, 5_000_000, 16L << 20, 100_000_007, 1L << 30, 8L << 30, 100L << 30, 300L << 30, 1L << 40];

    [Theory]
    [MemberData(nameof(Capacities))]
    public void For_AnyCapacity_PaysForEverythingItCounts(long capacityBytes)
    {
        StoreLayout layout = StoreLayout.For(new ByteStoreOptions { CapacityBytes = capacityBytes });

        Assert.InRange(layout.UsedBytes(layout.PageCount, layout.PageCount), 1, capacityBytes);
        Assert.True(layout.UsedBytes(layout.PageCount + 1, layout.PageCount + 1) > capacityBytes || capacityBytes == ByteStoreOptions.LimitCapacityBytes);
        Assert.InRange((double)layout.PageCount * layout.SlabBytes / capacityBytes, 0.85, 1.0);
    }

    [Theory]
    [MemberData(nameof(Capacities))]
    public void For_AnyCapacity_GivesEachStripeEnoughSlabs(long capacityBytes)
    {
        StoreLayout layout = StoreLayout.For(new ByteStoreOptions { CapacityBytes = capacityBytes });

        Assert.True(BitOperations.IsPow2(layout.StripeCount));
        Assert.True(BitOperations.IsPow2(layout.SlabBytes));
        Assert.InRange(layout.SlabBytes, StoreLayout.MinSlabBytes, StoreLayout.MaxSlabBytes);
        Assert.InRange(layout.StripeCount, 1, StoreLayout.MaxStripes);
        Assert.InRange(layout.PageCount / layout.StripeCount, 32, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Capacities))]
    public void For_AnyCapacity_HoldsALongestValueBesideTheMetadata(long capacityBytes)
    {
        StoreLayout layout = StoreLayout.For(new ByteStoreOptions { CapacityBytes = capacityBytes });

        Assert.True((long)layout.PageCount * layout.SlabBytes > 2 * OptionsCheck.LargestValue(capacityBytes));
    }

    [Fact]
    public void For_SettingsGiven_TakesThem()
    {
        StoreLayout layout = StoreLayout.For(new ByteStoreOptions { CapacityBytes = 64 << 20, SlabBytes = 16 << 10, StripeCount = 8 });

        Assert.Equal((8, 16 << 10), (layout.StripeCount, layout.SlabBytes));
    }
}
