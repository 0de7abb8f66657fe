using System.Buffers;
using Strata.Entries;
using Strata.Guards;
using Strata.Invalidation;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Stacking;

/// <summary>A tier that works, but for one thing that it is told.</summary>
public sealed class HealthyTierTests : StackFixture
{
    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(20)]
    public async Task OneValueThatFails_DoesNotTakeAHealthyTierAway(int secondsBetweenReads)
    {
        using TieredCache cache = Over(new PoisonTier(Server, Time));
        await WriteElsewhereAsync("good", 7);
        Assert.False(await cache.SetAsync("bad", 1));
        Assert.InRange(await HitsOfLastMinuteAsync(cache, secondsBetweenReads), 55, 60);
        Assert.Equal(0, cache.GetStatistics().TierPendingWrites);
    }

    [Fact(Timeout = 60_000)]
    public async Task OneSlowInvalidation_DoesNotTakeAHealthyTierAway()
    {
        using TieredCache cache = Over(new PoisonTier(Server, Time));
        await WriteElsewhereAsync("good", 7);
        Assert.True(await PassAsync(cache.RemoveByTagAsync("t").AsTask().ContinueWith(static task => task.IsCompletedSuccessfully)));
        Assert.Equal(0, cache.GetStatistics().TierPendingWrites);
        Assert.InRange(await HitsOfLastMinuteAsync(cache, 1), 55, 60);
    }

    [Fact(Timeout = 30_000)]
    public async Task Outage_ThatBeginsWithinABatch_LosesNoValue()
    {
        var inner = new FaultyTier(TimeProvider.System, traits: TierTraits.Durable);
        var tier = new OnlyFirstTier(inner);
        var guard = new GuardOptions { FailuresInARow = 1_000_000, FailureShare = 1, MinWindowCalls = 1_000_000 };
        using var stack = new StackedTier(tier, new TierOptions { WritesBehind = true }, guard, new CacheTelemetry(new TieredCacheOptions { Tiers = { tier } }), 0, TimeProvider.System, new HybridClock(TimeProvider.System), static (_, _, _) => { });
        TierEntry[] entries = [.. Enumerable.Range(0, 10).Select(static i => new TierEntry(BitConverter.GetBytes(i), new ReadOnlySequence<byte>([1]), default))];
        await stack.SetManyAsync(entries, new TierWriteStatus[entries.Length], Token);
        for (int i = 0; i < 15; i++)
            await stack.FlushAsync(Token);
        tier.Left = int.MaxValue;
        while (!await stack.FlushAsync(Token))
            await Task.Yield();
        Assert.Equal(0, stack.Pending!.Dropped);
        Assert.Equal(10, inner.Count);
    }

    private TieredCache Over(ICacheTier tier)
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false, DefaultPolicy = Through };
        options.AddTier(tier, new TierOptions { FlushTime = TimeSpan.Zero });
        return new TieredCache(options);
    }

    /// <summary>Reads for five minutes, and once a second in the last.</summary>
    private async Task<int> HitsOfLastMinuteAsync(TieredCache cache, int secondsBetweenReads)
    {
        int hits = 0;
        for (int second = 0; second < 300; second++)
        {
            for (int step = 0; step < 4; step++)
            {
                Time.Advance(TimeSpan.FromMilliseconds(250));
                await Task.Delay(1, Token);
            }

            bool isLast = second >= 240;
            if (isLast || second % secondsBetweenReads == 0)
                hits += await ReadAsync(cache, "good") == 7 && isLast ? 1 : 0;
        }

        return hits;
    }

    /// <summary>A tier that works, but for one key; and for rules, which take longer than a write may.</summary>
    private sealed class PoisonTier(ICacheTier inner, TimeProvider time) : ICacheTier
    {
        public string Name => inner.Name;

        public TierTraits Traits => inner.Traits;

        public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => inner.GetAsync(key, destination, cancellationToken);

        public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
            key.Span.SequenceEqual("bad"u8) ? new(TierWriteStatus.Faulted) : inner.SetAsync(key, value, options, cancellationToken);

        public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => inner.RemoveAsync(key, cancellationToken);

        public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => inner.ClearAsync(cancellationToken);

        public async ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default)
        {
            await Task.Delay(TimeSpan.FromSeconds(6), time, cancellationToken);
            return TierWriteStatus.Done;
        }
    }

    /// <summary>A tier that takes some writes, then is out.</summary>
    private sealed class OnlyFirstTier(ICacheTier inner) : ICacheTier
    {
        public int Left { get; set; } = 1;

        public string Name => inner.Name;

        public TierTraits Traits => inner.Traits;

        public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) => inner.GetAsync(key, destination, cancellationToken);

        public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
            Left-- > 0 ? inner.SetAsync(key, value, options, cancellationToken) : new(TierWriteStatus.Faulted);

        public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) => Left > 0 ? inner.RemoveAsync(key, cancellationToken) : new(TierWriteStatus.Faulted);

        public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => Left > 0 ? inner.ClearAsync(cancellationToken) : new(TierWriteStatus.Faulted);
    }
}
