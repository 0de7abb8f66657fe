using Strata.Entries;
using Strata.Redis;
using Strata.TestKit.Servers;

namespace Strata.Lab.Seeds;

/// <summary>Callers at work while the Redis behind memory is killed and started again: how many get their values. Memory holds a part of the keys; the others come from Redis, or from the source.</summary>
internal sealed class FailoverScenario : ISeedScenario
{
    private const int CallerCount = 8;
    private const int KeyCount = 50_000;
    private static readonly TimeSpan s_phase = TimeSpan.FromSeconds(1);

    public string Title => "calls while Redis is killed and started again";

    public IEnumerable<SeedFigure> Measure(int seed) => [SeedFigure.AtLeast("calls_answered", "A14", 99.99, MeasureAsync(seed).GetAwaiter().GetResult(), "%")];

    private static async Task<double> MeasureAsync(int seed)
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new() { Configuration = server.Address + ",abortConnect=false,connectRetry=1,connectTimeout=1000" });
        using TieredCache cache = new(new() { CapacityBytes = 1 << 20, Tiers = { tier } });
        using CancellationTokenSource stop = new();
        Task<(long Calls, long Answered)>[] callers = [.. Enumerable.Range(0, CallerCount).Select(caller => Task.Run(() => CallAsync(cache, seed + caller, stop.Token)))];
        await Task.Delay(s_phase);
        await server.KillAsync();
        await Task.Delay(s_phase);
        await server.RestartAsync();
        await Task.Delay(s_phase);
        await stop.CancelAsync();
        (long Calls, long Answered)[] counts = await Task.WhenAll(callers);
        return 100.0 * counts.Sum(count => count.Answered) / counts.Sum(count => count.Calls);
    }

    private static async Task<(long Calls, long Answered)> CallAsync(TieredCache cache, int seed, CancellationToken stop)
    {
        Random random = new(seed);
        long calls = 0, answered = 0;
        while (!stop.IsCancellationRequested)
        {
            int key = random.Next(KeyCount);
            calls++;
            try
            {
                answered += await cache.GetOrAddAsync($"call:{key}", key, static (key, _) => ValueTask.FromResult(key), default(EntryOptions), CancellationToken.None) == key ? 1 : 0;
            }
            catch (Exception)
            {
                // Not answered.
            }

            await Task.Yield();
        }

        return (calls, answered);
    }
}
