using Strata.Entries;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class DefaultPolicyTests : CacheFixture
{
    [Fact]
    public void DefaultPolicy_CountsWhereACallNamesNone()
    {
        using var cache = new TieredCache(new()
        {
            CapacityBytes = 4 << 20,
            TimeProvider = Time,
            BackgroundMaintenance = false,
            DefaultPolicy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(1) },
        });
        cache.Set("k", 1);
        cache.Set("long", 1, TimeSpan.FromMinutes(5));
        Time.Advance(TimeSpan.FromMinutes(1.5));
        Assert.False(cache.TryGet("k", out int _));
        Assert.True(cache.TryGet("long", out int _));
        Assert.Equal(1, cache.GetOrAdd<int>("k", static _ => throw new IOException()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InfiniteTtlOfACall_UnderAPolicyWithTimes_NeverEnds(bool isSliding)
    {
        EntryPolicy policy = isSliding ? new() { SlidingWindow = TimeSpan.FromMinutes(1) } : new() { StaleGrace = TimeSpan.FromMinutes(1), Jitter = 0.5 };
        Cache.Set("k", 1, new EntryOptions { Policy = policy, Ttl = Timeout.InfiniteTimeSpan });
        for (int i = 0; i < 10; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(50));
            Assert.True(Cache.TryGet("k", out int _));
        }

        Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(!isSliding, Cache.TryGet("k", out int _));
    }

    [Fact]
    public void New_TwoDefaultTimesToLive_NamesBoth()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new TieredCache(new()
        {
            DefaultTtl = TimeSpan.FromMinutes(1),
            DefaultPolicy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(2) },
        }));
        Assert.Contains("DefaultTtl", exception.Message);
        Assert.Contains("DefaultPolicy.Ttl", exception.Message);
    }

    public static TheoryData<EntryPolicy, string> PoliciesOfWhatExpires => new()
    {
        { new() { EagerRefresh = 0.8 }, nameof(EntryPolicy.EagerRefresh) },
        { new() { ProbabilisticRefresh = 1 }, nameof(EntryPolicy.ProbabilisticRefresh) },
        { new() { StaleGrace = TimeSpan.FromMinutes(1) }, nameof(EntryPolicy.StaleGrace) },
    };

    [Theory]
    [MemberData(nameof(PoliciesOfWhatExpires))]
    public void New_PolicyOfWhatExpiresWithoutATtl_NamesBoth(EntryPolicy policy, string name)
    {
        foreach (TimeSpan? ttl in new TimeSpan?[] { null, Timeout.InfiniteTimeSpan })
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(() => new TieredCache(new() { CapacityBytes = 1 << 20, DefaultTtl = ttl, DefaultPolicy = policy }));
            Assert.Contains($"DefaultPolicy.{name} (", exception.Message, StringComparison.Ordinal);
            Assert.Contains("DefaultTtl is", exception.Message, StringComparison.Ordinal);
        }

        using var byDefault = new TieredCache(new() { CapacityBytes = 1 << 20, DefaultTtl = TimeSpan.FromMinutes(1), DefaultPolicy = policy });
        using var byPolicy = new TieredCache(new() { CapacityBytes = 1 << 20, DefaultPolicy = policy with { Ttl = TimeSpan.FromMinutes(1) } });
        using var adaptive = new TieredCache(new() { CapacityBytes = 1 << 20, DefaultPolicy = policy with { AdaptiveTtl = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)) } });
    }

    [Fact]
    public void Jitter_ShortensTimesToLiveOnly()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(10), Jitter = 0.5 };
        for (int i = 0; i < 200; i++)
            Cache.Set($"k{i}", i, policy);
        Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, CountLive());
        Time.Advance(TimeSpan.FromMinutes(2.5));
        Assert.InRange(CountLive(), 20, 180);
        Time.Advance(TimeSpan.FromMinutes(2.5) + TimeSpan.FromSeconds(1));
        Assert.Equal(0, CountLive());
    }

    private int CountLive() => Enumerable.Range(0, 200).Count(i => Cache.TryGet($"k{i}", out int _));
}
