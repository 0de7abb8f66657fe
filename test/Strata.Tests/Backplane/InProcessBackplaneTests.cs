using Strata.Backplane;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>Caches of one process, with everything on its own threads.</summary>
public sealed class InProcessBackplaneTests
{
    [Fact(Timeout = 30_000)]
    public async Task Caches_ThatShareABackplane_AgreeSoonAfterEachWrite()
    {
        var backplane = new InProcessBackplane();
        var shared = new FaultyTier();
        TieredCache[] caches = [.. Enumerable.Range(0, 4).Select(_ => Create(backplane, shared))];
        await Parallel.ForAsync(0, 2000, async (i, token) =>
        {
            TieredCache cache = caches[i % caches.Length];
            await cache.SetAsync($"key:{i % 10}", i, default, token);
            cache.TryGet($"key:{(i + 1) % 10}", out int _);
        });
        for (int i = 0; i < caches.Length; i++)
            caches[i].Set("last", i);
        while (caches.Any(cache => cache.GetBackplaneStatistics()!.Value.QueuedBytes != 0) || caches.Any(cache => !cache.TryGet("last", out int value) || value != 3))
            await Task.Delay(1, TestContext.Current.CancellationToken);
        for (int key = 0; key < 10; key++)
        {
            int[] values = [.. caches.Select(cache => cache.TryGet($"key:{key}", out int value) ? value : -1)];
            Assert.Single(values.Distinct());
        }

        Assert.All(caches, cache => Assert.Equal(0, cache.GetBackplaneStatistics()!.Value.Suspicions));
        foreach (TieredCache cache in caches)
            cache.Dispose();
    }

    [Fact]
    public void Hit_WithABackplane_AllocatesNothing()
    {
        using TieredCache cache = Create(new InProcessBackplane(), new FaultyTier());
        cache.Set("k", 1);
        Assert.True(Allocation.OfCalls(() => cache.TryGet("k"u8, out int _), out long bytes));
        Assert.Equal(0, bytes);
    }

    private static TieredCache Create(IBackplaneTransport transport, FaultyTier shared)
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, Backplane = new() { Transport = transport } };
        options.Tiers.Add(shared);
        return new TieredCache(options);
    }
}
