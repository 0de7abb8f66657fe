using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Tiers;

public sealed class MemoryTierOptionsTests
{
    private const long MiB = 1 << 20;

    public static TheoryData<string, Action<TieredCacheOptions>, string, string> Wrong => new()
    {
        { nameof(MemoryTierOptions.CapacityBytes), o => o.CapacityBytes = MiB - 1, "1048575", "1048576" },
        { nameof(MemoryTierOptions.CapacityBytes), o => o.CapacityBytes = -5, "-5", "1048576" },
        { nameof(MemoryTierOptions.CapacityBytes), o => o.CapacityBytes = (1L << 40) + 1, "1099511627777", "1099511627776" },
        { nameof(MemoryTierOptions.MaxCapacityBytes), o => (o.CapacityBytes, o.MaxCapacityBytes) = (4 * MiB, 2 * MiB), "2097152", "4194304" },
        { nameof(MemoryTierOptions.MaxValueBytes), o => (o.CapacityBytes, o.MaxValueBytes) = (4 * MiB, MiB + 1), "1048577", "1048576" },
        { nameof(MemoryTierOptions.MaxValueBytes), o => o.MaxValueBytes = -1, "-1", "quarter" },
        { nameof(MemoryTierOptions.DefaultTtl), o => o.DefaultTtl = TimeSpan.Zero, "00:00:00", "more than zero" },
        { nameof(MemoryTierOptions.DefaultTtl), o => o.DefaultTtl = TimeSpan.FromSeconds(-2), "-00:00:02", "more than zero" },
        { nameof(MemoryTierOptions.DefaultTtl), o => o.DefaultTtl = TimeSpan.MaxValue, "10675199", "at most" },
        { nameof(MemoryTierOptions.RemovalValueBytes), o => o.RemovalValueBytes = 65_537, "65537", "65536" },
        { nameof(MemoryTierOptions.RemovalQueueBytes), o => (o.CapacityBytes, o.RemovalQueueBytes) = (4 * MiB, MiB), "1048576", "524288" },
        { nameof(MemoryTierOptions.TimeProvider), o => o.TimeProvider = null!, "null", "TimeProvider" },
        { nameof(TieredCacheOptions.Tiers), o => o.Tiers.Add(null!), "null", "Tiers[0]" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Construct_WithSettingOutsideItsBounds_ThrowsNamingOptionValueAndLimit(string option, Action<TieredCacheOptions> spoil, string value, string limit)
    {
        var options = new TieredCacheOptions();
        spoil(options);
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => new TieredCache(options));
        Assert.Contains(option, exception.Message, StringComparison.Ordinal);
        Assert.Contains(value, exception.Message, StringComparison.Ordinal);
        Assert.Contains(limit, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MaxValueBytes_ByDefault_IsAQuarterOfTheCapacity()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 4 * MiB });
        Assert.Equal(MiB, cache.MaxValueBytes);
    }
}
