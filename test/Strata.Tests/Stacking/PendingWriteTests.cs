using Strata.Guards;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Strata.Tiers.Chaos;
using Xunit;

namespace Strata.Tests.Stacking;

/// <summary>What becomes of writes that wait for their turn.</summary>
public sealed class PendingWriteTests : StackFixture
{
    private static readonly byte[] s_key = "k"u8.ToArray();

    [Fact(Timeout = 30_000)]
    public async Task Remove_OvertakenOnItsWayToTheQueue_IsAnswered()
    {
        var time = new InterruptedTime();
        var server = new FaultyTier(TimeProvider.System) { WriteFault = TierWriteStatus.Faulted };
        using StackedTier tier = Stack(server, time);
        await tier.RemoveAsync(s_key, Token);
        Task<TierWriteStatus>? second = null;
        time.Interrupt = () => second = tier.RemoveAsync(s_key, Token).AsTask();
        Task<TierWriteStatus> first = tier.RemoveAsync(s_key, Token).AsTask();
        server.WriteFault = null;
        await second!;
        await tier.FlushAsync(Token);
        await first;
    }

    [Fact(Timeout = 60_000)]
    public async Task Removals_OfOneKeyDuringAnOutage_AllEnd()
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, BackgroundMaintenance = false };
        options.AddTier(Way, new TierOptions { FlushTime = TimeSpan.Zero });
        using var cache = new TieredCache(options);
        Way.IsPartitioned = true;
        await cache.RemoveAsync("k", Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < 10_000; i++)
                await cache.RemoveAsync("k", Token);
        })));
    }

    [Fact(Timeout = 30_000)]
    public async Task Dispose_WhenTheTimeIsOver_EndsTheWriting()
    {
        var server = new FaultyTier(Time, traits: TierTraits.Durable);
        server.Hold();
        StackedTier tier = new(server, new TierOptions { WritesBehind = true, FlushTime = TimeSpan.Zero }, new GuardOptions { TimeProvider = Time }, Telemetry(server), 0, Time, new HybridClock(Time), static (_, _, _) => { });
        await tier.SetAsync("first"u8.ToArray(), new(s_key), default, Token);
        await UntilAsync(() => server.Writes == 1);
        await tier.SetAsync(s_key, new(s_key), default, Token);
        Task<bool> flushing = tier.FlushAsync(Token).AsTask();
        tier.Dispose();
        server.Release();
        Assert.False(await flushing);
        Assert.NotNull(server.Peek("first"u8));
        Assert.Null(server.Peek(s_key));
    }

    private static CacheTelemetry Telemetry(ICacheTier tier) => new(new TieredCacheOptions { Tiers = { tier } });

    private static StackedTier Stack(ICacheTier tier, TimeProvider time) =>
        new(tier, new TierOptions(), new GuardOptions(), Telemetry(tier), 0, time, new HybridClock(TimeProvider.System), static (_, _, _) => { });

    /// <summary>Does something between the ticket of a write and its place in the queue, as another thread may.</summary>
    private sealed class InterruptedTime : TimeProvider
    {
        public Action? Interrupt { get; set; }

        public override long GetTimestamp()
        {
            (Action? interrupt, Interrupt) = (Interrupt, null);
            interrupt?.Invoke();
            return base.GetTimestamp();
        }
    }
}
