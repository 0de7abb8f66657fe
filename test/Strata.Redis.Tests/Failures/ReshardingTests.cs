using System.Globalization;
using Strata.Entries;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>A slot that moves between masters, there and back, while its keys are written, loaded, removed and read.</summary>
public sealed class ReshardingTests
{
    private const int WriterCount = 6;
    private const int LeastMoves = 6;
    private const int LeastStepsAMove = 20;

    private volatile bool _isOver;
    private int _steps;

    [Fact]
    public async Task Tier_WhoseSlotMoves_LosesNothingAndBringsNothingBack()
    {
        await using RedisCluster cluster = await RedisCluster.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = cluster.Addresses, OperationTimeout = TimeSpan.FromSeconds(5) });
        int slot = int.Parse(await cluster.Nodes[0].CommandAsync("CLUSTER", "KEYSLOT", "{moved}"), CultureInfo.InvariantCulture);
        int at = slot * 3 / 16_384;
        Task<int>[] writers = [.. Enumerable.Range(0, WriterCount).Select(writer => Task.Run(() => WriteAsync(tier, $"{{moved}}:{writer}")))];
        for (int move = 0; move < LeastMoves; move++)
        {
            int target = (at + 1) % 3;
            await cluster.MoveSlotAsync(slot, at, target);
            at = target;
            int steps = Volatile.Read(ref _steps);
            await RedisServer.WaitAsync(() => Task.FromResult(Volatile.Read(ref _steps) >= steps + LeastStepsAMove || Array.Exists(writers, writer => writer.IsFaulted)), "the writers to go on");
        }

        _isOver = true;
        Assert.True((await Task.WhenAll(writers)).Sum() > 0, "No load was ever kept.");
        for (int key = 0; key < WriterCount; key++)
        {
            await RedisServer.WaitAsync(async () => await tier.WriteAsync($"{{moved}}:{key}", "last") == TierWriteStatus.Done, "the last write");
            Assert.Equal("last", await cluster.Nodes[at].CommandAsync("HGET", $"strata/{{moved}}:{key}", "d"));
        }
    }

    /// <summary>Changes a row, tells the tier, and reads what it says.</summary>
    /// <returns>The loads that were kept.</returns>
    private async Task<int> WriteAsync(RedisTier tier, string key)
    {
        var clock = new HybridClock(TimeProvider.System);
        int row = 0, kept = 0;
        for (int step = 0; !_isOver; step++)
        {
            row++;
            switch (step % 3)
            {
                case 0:
                    // Done, and then read, until something newer is told.
                    if (await tier.WriteAsync(key, row.ToString(CultureInfo.InvariantCulture)) == TierWriteStatus.Done)
                        await CheckAsync(tier, key, row, isThere: true);
                    break;
                case 1:
                    long start = clock.Next();
                    if (await tier.RemoveAsync(key) is TierWriteStatus.Done or TierWriteStatus.NotFound)
                    {
                        // A load that began before.
                        Assert.NotEqual(TierWriteStatus.Done, await tier.KeepAsync(key, "-1", start));
                        await CheckAsync(tier, key, row, isThere: false);
                    }

                    break;
                default:
                    if (await tier.KeepAsync(key, row.ToString(CultureInfo.InvariantCulture), clock.Next()) == TierWriteStatus.Done)
                    {
                        kept++;
                        await CheckAsync(tier, key, row, isThere: true);
                    }

                    break;
            }

            Interlocked.Increment(ref _steps);
        }

        return kept;
    }

    private static async Task CheckAsync(RedisTier tier, string key, int row, bool isThere)
    {
        (TierReadStatus status, string value) = await tier.LookAsync(key);
        if (status == TierReadStatus.Faulted)
            return;
        Assert.Equal(isThere ? TierReadStatus.Hit : TierReadStatus.Miss, status);
        if (isThere)
            Assert.Equal(row, int.Parse(value, CultureInfo.InvariantCulture));
    }
}
