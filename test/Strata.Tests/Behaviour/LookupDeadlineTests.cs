using Strata.Entries;
using Strata.TestKit.Tiers;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class LookupDeadlineTests : CacheFixture
{
    [Fact(Timeout = 30_000)]
    public async Task TryGetAsync_OfASlowTierUnderAHardDeadline_IsNotALoad()
    {
        var behind = new FaultyTier(Time, "behind");
        using var cache = new TieredCache(new()
        {
            CapacityBytes = 4 << 20,
            TimeProvider = Time,
            BackgroundMaintenance = false,
            Tiers = { behind },
            DefaultPolicy = new EntryPolicy { HardDeadline = TimeSpan.FromMilliseconds(100) },
        });
        behind.Hold();
        Task<CacheResult<int>> lookup = cache.TryGetAsync<int>("k").AsTask();
        Time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.False(lookup.IsCompleted);
        behind.Release();
        Assert.False((await lookup).IsHit);
    }
}
