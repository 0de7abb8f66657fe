using System.Diagnostics;
using Strata.Lab.Nodes;
using Strata.TestKit.Servers;

namespace Strata.Lab.Seeds;

/// <summary>Two caches with a Redis backplane between them: how old a removal is when the other cache has followed it.</summary>
internal sealed class LagScenario : ISeedScenario
{
    private const int RemovalCount = 1_000;
    private const double Share = 0.99;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public string Title => "removals on their way to another node";

    public IEnumerable<SeedFigure> Measure(int seed) => [SeedFigure.AtMost("invalidation_lag_p99", "A14", 100, MeasureAsync().GetAwaiter().GetResult(), "ms")];

    private static async Task<double> MeasureAsync()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        WatchedTransport watched = null!;
        using LabNode one = new(server.Address, isDurable: false);
        using LabNode other = new(server.Address, isDurable: false, transport => watched = new WatchedTransport(transport));
        for (int i = 0; i < RemovalCount; i++)
        {
            await one.Cache.RemoveAsync(WatchedTransport.KeyOf(Stopwatch.GetTimestamp()));
            await Task.Delay(1);
        }

        List<double> lags = [];
        if (!SpinWait.SpinUntil(
            () =>
            {
                lags.AddRange(watched.TakeLags());
                return lags.Count >= RemovalCount;
            },
            s_patience))
        {
            throw new InvalidOperationException($"{lags.Count} of {RemovalCount} removals arrived.");
        }

        lags.Sort();
        return lags[(int)Math.Ceiling(Share * lags.Count) - 1];
    }
}
