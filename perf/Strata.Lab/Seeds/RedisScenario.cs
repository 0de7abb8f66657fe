using System.Diagnostics;
using Strata.Entries;
using Strata.Lab.Load;
using Strata.Redis;
using Strata.TestKit.Servers;

namespace Strata.Lab.Seeds;

/// <summary>Hits in a real Redis on this machine, one after another, through a cache that leaves memory out.</summary>
internal sealed class RedisScenario : ISeedScenario
{
    private const int EntryCount = 1_000;
    private const int HitCount = 5_000;

    private static readonly EntryPolicy s_redisOnly = new() { Access = TierAccess.SkipMemoryRead | TierAccess.SkipMemoryWrite };

    public string Title => "hits in Redis";

    public IEnumerable<SeedFigure> Measure(int seed) => [SeedFigure.AtMost("redis_hit", "A14", 1000, MeasureAsync(seed).GetAwaiter().GetResult(), "us")];

    private static async Task<double> MeasureAsync(int seed)
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new() { Configuration = server.Address });
        using TieredCache cache = new(new() { CapacityBytes = 1 << 20, DefaultPolicy = s_redisOnly, Tiers = { tier } });
        for (int i = 0; i < EntryCount; i++)
            await cache.SetAsync($"hit:{i}", (long)i);
        IndexSequence draws = IndexSequence.Draw(Distribution.Zipf, EntryCount, 2 * HitCount, seed);
        await ReadAsync(cache, draws, 0);
        return await ReadAsync(cache, draws, HitCount);
    }

    /// <returns>The mean time of a hit in microseconds.</returns>
    private static async Task<double> ReadAsync(TieredCache cache, IndexSequence draws, int from)
    {
        int[] indexes = draws.Window(from, HitCount).ToArray();
        long start = Stopwatch.GetTimestamp();
        foreach (int index in indexes)
        {
            CacheResult<long> read = await cache.TryGetAsync<long>($"hit:{index}");
            if (read.Value != index)
                throw new InvalidOperationException("A hit was missed.");
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / HitCount;
    }
}
