using System.Buffers;
using System.Text;
using Strata.Entries;
using Strata.Invalidation;
using Strata.TestKit;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Tiers;

/// <summary>Invalidations of a memory tier: in force before any sweep, and gone after one.</summary>
public sealed class MemoryTierInvalidationTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryTier _tier;

    public MemoryTierInvalidationTests() => _tier = Create(inBackground: false);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _tier.Dispose();

    [Fact]
    public async Task Invalidate_BeforeTheSweep_IsInForceAndAfterItNothingIsPending()
    {
        await FillAsync(_tier, 10_000);
        long used = _tier.GetStatistics().EntryCount;
        await _tier.InvalidateAsync(InvalidationRule.OfAnyTag("odd"), Token);
        Assert.Equal(used, _tier.GetStatistics().EntryCount);
        Assert.False(await HasAsync(_tier, 9_999));
        Assert.True(await HasAsync(_tier, 9_998));
        Assert.Equal(1, _tier.Pending?.Count);

        _tier.Maintain();
        Assert.Null(_tier.Pending);
        Assert.Equal(5_000, _tier.GetStatistics().EntryCount);
        Assert.Equal(5_000, _tier.InvalidatedEntries);
        Assert.False(await HasAsync(_tier, 9_997));
        Assert.True(await HasAsync(_tier, 9_998));
    }

    [Fact]
    public async Task Invalidate_WhileASweepIsUnderWay_IsRetiredByTheNextOne()
    {
        await FillAsync(_tier, 10_000);
        await _tier.InvalidateAsync(InvalidationRule.OfPrefix("0"), Token);
        Assert.True(_tier.SweepStep());
        long first = _tier.Sequence;
        await _tier.InvalidateAsync(InvalidationRule.OfPattern("1*"), Token);
        await SetAsync(_tier, "1:new", "odd");
        while (_tier.Pending is { RuleCount: 2 })
            Assert.True(_tier.SweepStep());
        Assert.Equal(first + 1, _tier.Sequence);
        Assert.False(await HasAsync(_tier, 1));
        Assert.True(await HasAsync(_tier, "1:new"));
        _tier.Maintain();
        Assert.Null(_tier.Pending);
        Assert.True(await HasAsync(_tier, "1:new"));
        Assert.False(await HasAsync(_tier, 150));
        Assert.True(await HasAsync(_tier, 250));
    }

    /// <summary>A value written under a pending rule, and one written before a later rule of the same words.</summary>
    [Fact]
    public async Task Set_BetweenTwoInvalidationsOfATag_IsRemovedByTheSecond()
    {
        await SetAsync(_tier, "k", "a");
        await _tier.InvalidateAsync(InvalidationRule.OfAnyTag("a"), Token);
        await SetAsync(_tier, "k", "a");
        Assert.True(await HasAsync(_tier, "k"));
        await _tier.InvalidateAsync(InvalidationRule.OfAnyTag("a"), Token);
        Assert.False(await HasAsync(_tier, "k"));
        await SetAsync(_tier, "k", "a");
        _tier.Maintain();
        Assert.True(await HasAsync(_tier, "k"));
    }

    [Fact]
    public async Task Invalidate_ManyTimesWithoutMaintenance_StaysBounded()
    {
        await FillAsync(_tier, 1_000);
        for (int i = 0; i < 5_000; i++)
        {
            await _tier.InvalidateAsync(InvalidationRule.OfAnyTag($"tag {i}"), Token);
            await _tier.InvalidateAsync(InvalidationRule.OfPrefix($"{i % 500:000}:"), Token);
            Assert.InRange(_tier.Pending!.Count, 1, InvalidationLog.MaxTags + InvalidationLog.MaxRules);
        }

        _tier.Maintain();
        Assert.Equal(500, _tier.GetStatistics().EntryCount);
    }

    [Fact(Timeout = 60_000)]
    public async Task Invalidate_WithBackgroundMaintenance_IsSweptWithoutAnyCall()
    {
        using MemoryTier tier = Create(inBackground: true);
        await FillAsync(tier, 10_000);
        for (int i = 0; i < 20; i++)
        {
            await tier.InvalidateAsync(InvalidationRule.OfPattern($"{i % 3}??:*"), Token);
            await tier.InvalidateAsync(InvalidationRule.OfAnyTag($"tag {i}"), Token);
        }

        await tier.InvalidateAsync(InvalidationRule.OfAnyTag("odd"), Token);
        while (tier.Pending is not null)
            await Task.Delay(1, Token);
        Assert.Equal(3_500, tier.GetStatistics().EntryCount);
    }

    [Fact(Timeout = 60_000)]
    public async Task Dispose_DuringABackgroundSweep_EndsIt()
    {
        for (int i = 0; i < 50; i++)
        {
            MemoryTier tier = Create(inBackground: true);
            await FillAsync(tier, 2_000);
            await tier.InvalidateAsync(InvalidationRule.OfAnyTag("odd"), Token);
            tier.Dispose();
        }
    }

    private MemoryTier Create(bool inBackground) => new(new() { CapacityBytes = 8 << 20, TimeProvider = _time, BackgroundMaintenance = inBackground });

    /// <summary>Keys <c>000:</c> to <c>999:</c> and a number; every other one is tagged.</summary>
    private static async Task FillAsync(MemoryTier tier, int count)
    {
        for (int i = 0; i < count; i++)
            await SetAsync(tier, Key(i), i % 2 == 1 ? ["odd"] : []);
    }

    private static string Key(int i) => $"{i % 1_000:000}:{i}";

    private static async Task SetAsync(MemoryTier tier, string key, params string[] tags) =>
        Assert.Equal(TierWriteStatus.Done, await tier.SetAsync(Encoding.UTF8.GetBytes(key), new("value"u8.ToArray()), new EntryOptions { Tags = [.. tags] }, Token));

    private static Task<bool> HasAsync(MemoryTier tier, int i) => HasAsync(tier, Key(i));

    private static async Task<bool> HasAsync(MemoryTier tier, string key) =>
        (await tier.GetAsync(Encoding.UTF8.GetBytes(key), new ArrayBufferWriter<byte>(), Token)).Status == TierReadStatus.Hit;
}
