using System.Globalization;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Redis.Tests.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Newest;

/// <summary>
/// Nodes whose clocks are minutes apart load, write, remove and invalidate the same few keys of a source whose rows count their changes. What is read is never older than the last change that was told to the tier before.
/// </summary>
public sealed class CoherenceTests(OneServer server)
{
    private const int KeyCount = 4;
    private const int StepCount = 700;

    private readonly int[] _rows = new int[KeyCount];
    private readonly int[] _told = new int[KeyCount];
    private readonly SemaphoreSlim[] _changes = [.. Enumerable.Range(0, KeyCount).Select(_ => new SemaphoreSlim(1))];

    [Fact]
    public async Task Get_AmidLoadsAndChangesOfManyNodes_IsNeverOlderThanTheLastChangeTold()
    {
        string prefix = OneServer.NewPrefix();
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        int[] kept = await Task.WhenAll(Enumerable.Range(0, 4).Select(node => Task.Run(() => RunAsync(prefix, node, new Random(seed + node)))));
        Assert.True(kept.Sum() > 0, "No load was ever kept.");
    }

    /// <returns>The loads that were kept.</returns>
    private async Task<int> RunAsync(string prefix, int node, Random random)
    {
        var time = new SkewedTime(TimeSpan.FromMinutes((node - 2) * 3));
        var clock = new HybridClock(time);
        RedisTier tier = await server.TierAsync(prefix, time);
        int kept = 0;
        for (int step = 0; step < StepCount; step++)
        {
            int row = random.Next(KeyCount);
            string key = $"row:{row}";
            int told = Volatile.Read(ref _told[row]);
            if (await tier.ReadAsync(key) is { } text)
                Assert.True(Number(text) >= told, $"{key}: {text} after {told}");
            int what = random.Next(100);
            if (what < 15)
            {
                await ChangeAsync(tier, row, key, what);
            }
            else if (what < 70)
            {
                long start = clock.Next();
                int value = Volatile.Read(ref _rows[row]);
                if (random.Next(2) == 0)
                    await Task.Yield();
                if (await tier.KeepAsync(key, value.ToString(CultureInfo.InvariantCulture), start, "rows", key) == TierWriteStatus.Done)
                    kept++;
            }
        }

        return kept;
    }

    private async Task ChangeAsync(RedisTier tier, int row, string key, int how)
    {
        await _changes[row].WaitAsync();
        try
        {
            int value = Volatile.Read(ref _rows[row]) + 1;
            Volatile.Write(ref _rows[row], value);
            TierWriteStatus status = (how % 4) switch
            {
                0 => await tier.RemoveAsync(key),
                1 => await tier.InvalidateAsync(InvalidationRule.OfAnyTag(key)),
                2 => await tier.InvalidateAsync(InvalidationRule.OfAllTags("rows", key)),
                _ => await tier.WriteAsync(key, value.ToString(CultureInfo.InvariantCulture), new EntryOptions { Tags = ["rows", key] }),
            };
            Assert.True(status is TierWriteStatus.Done or TierWriteStatus.NotFound, status.ToString());
            Volatile.Write(ref _told[row], value);
        }
        finally
        {
            _changes[row].Release();
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
