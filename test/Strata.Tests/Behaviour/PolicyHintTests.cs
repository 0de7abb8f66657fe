using Strata.Entries;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class PolicyHintTests
{
    [Fact]
    public void Priority_OfLoadsAndWrites_DecidesWhoStaysLonger()
    {
        const int Count = 300;
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20, BackgroundMaintenance = false });
        var low = new EntryPolicy { Priority = EntryPriority.Low };
        var high = new EntryPolicy { Priority = EntryPriority.High };
        for (int i = 0; i < Count; i++)
        {
            cache.GetOrAdd($"low:{i}", static _ => new string('l', 500), low);
            cache.GetOrAdd($"high:{i}", static _ => new string('h', 500), high);
        }

        for (int i = 0; i < 4 * Count; i++)
            cache.Set($"other:{i}", new string('o', 500));
        int lowLeft = Enumerable.Range(0, Count).Count(i => cache.TryGet($"low:{i}", out string? _));
        int highLeft = Enumerable.Range(0, Count).Count(i => cache.TryGet($"high:{i}", out string? _));
        Assert.True(highLeft > lowLeft + Count / 10, $"{highLeft} of high and {lowLeft} of low priority stayed.");
    }

    [Fact]
    public void SizeHintBytes_OfAPolicy_IsTheRoomAFactoryFinds()
    {
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20 });
        var destination = new System.Buffers.ArrayBufferWriter<byte>();
        cache.GetOrAdd("k", destination, 0, static (_, payload, _) =>
        {
            Assert.InRange(payload.GetSpan(1).Length, 200_000, int.MaxValue);
            payload.GetSpan(1)[0] = 7;
            payload.Advance(1);
        }, new EntryPolicy { SizeHintBytes = 200_000 });
        Assert.Equal([7], destination.WrittenSpan.ToArray());
        cache.GetOrAdd("other", destination, 0, static (_, payload, _) => Assert.InRange(payload.GetSpan(1).Length, 1, 199_999));
    }

    [Fact]
    public void InfiniteTtl_WithAPolicyOfGraceOrJitter_NeverEnds()
    {
        var time = new TestKit.ManualTimeProvider();
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20, TimeProvider = time, BackgroundMaintenance = false });
        cache.Set("grace", 1, new EntryOptions { Ttl = Timeout.InfiniteTimeSpan, Policy = new() { StaleGrace = TimeSpan.FromMinutes(1) } });
        cache.Set("jitter", 1, new EntryOptions { Ttl = Timeout.InfiniteTimeSpan, Policy = new() { Jitter = 0.5 } });
        time.Advance(TimeSpan.FromDays(1));
        Assert.True(cache.TryGet("grace", out int _) && cache.TryGet("jitter", out int _));
    }
}
