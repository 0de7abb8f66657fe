using Strata.Entries;
using Xunit;

namespace Strata.Tests.Invalidation;

/// <summary>
/// Sources of truth are changed and then invalidated, while others load from them, read, and sweep: after an invalidation nobody is served a truth from before. Each group of keys has its own truth, tags and prefix.
/// </summary>
public sealed class InvalidationStressTests
{
    private const int Groups = 4;
    private const int KeysPerGroup = 8;
    private const int Changes = 15_000;

    private readonly long[] _truths = new long[Groups];
    private readonly long[] _promised = new long[Groups];
    private readonly EntryOptions[] _options = [.. Enumerable.Range(0, Groups).Select(i => new EntryOptions { Tags = ["all", $"group {i}"] })];
    private long _wrong;

    [Theory(Timeout = 120_000)]
    [InlineData(1, false, false)]
    [InlineData(2, true, false)]
    [InlineData(3, false, true)]
    [InlineData(4, true, true)]
    public async Task Invalidation_AmongLoadsReadsAndSweeps_IsNeverUndone(int seed, bool sweepsByHand, bool hasTier)
    {
        using var behind = new Strata.Tiers.MemoryTier(new() { CapacityBytes = 4 << 20 });
        var options = new TieredCacheOptions { CapacityBytes = 2 << 20, BackgroundMaintenance = !sweepsByHand };
        if (hasTier)
            options.Tiers.Add(behind);
        using var cache = new TieredCache(options);
        using var stop = new CancellationTokenSource();
        Task[] others =
        [
            .. Enumerable.Range(1, 3).Select(i => Task.Run(() => ReadAsync(cache, new Random(seed * 100 + i), stop.Token))),
            Task.Run(() => Fill(cache, new Random(seed), sweepsByHand, stop.Token)),
        ];
        await Task.Run(() => Change(cache, new Random(seed * 7)), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(others);
        Assert.True(Volatile.Read(ref _wrong) == 0, $"seed {seed}: {_wrong} reads saw a value from before an invalidation that had ended");
        cache.Maintain();
        Assert.Equal(0, cache.GetStatistics().PendingInvalidations);
    }

    /// <summary>One key, sweeps without a pause, and loads that end as invalidations begin.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RemoveByTag_OfAKeyThatIsAlwaysLoaded_IsNeverUndone(bool byPrefix)
    {
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20, BackgroundMaintenance = false });
        using var stop = new CancellationTokenSource();
        Task[] others =
        [
            .. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    long atLeast = Volatile.Read(ref _promised[0]);
                    if (cache.GetOrAdd("group0:1", this, static (self, load) => self.Load(0, load), cancellationToken: CancellationToken.None) < atLeast)
                        Interlocked.Increment(ref _wrong);
                }
            })),
            Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                    cache.Maintain();
            }),
        ];
        await Task.Run(() =>
        {
            for (int i = 1; i <= 40_000; i++)
            {
                Volatile.Write(ref _truths[0], i);
                if (byPrefix)
                    cache.RemoveByPrefix("group0:");
                else
                    cache.RemoveByTag("group 0");
                Volatile.Write(ref _promised[0], i);
            }
        }, TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Task.WhenAll(others);
        Assert.Equal(0, Volatile.Read(ref _wrong));
    }

    /// <summary>What was written before an invalidation began must go too, so each change is preceded by writes.</summary>
    private void Change(TieredCache cache, Random random)
    {
        for (int i = 0; i < Changes; i++)
        {
            int group = random.Next(Groups);
            for (int writes = random.Next(3); writes > 0; writes--)
                cache.Set($"group{group}:{random.Next(KeysPerGroup)}", _truths[group], _options[group]);
            Volatile.Write(ref _truths[group], _truths[group] + 1);
            switch (random.Next(5))
            {
                case 0:
                    cache.RemoveByTag($"group {group}");
                    break;
                case 1:
                    cache.RemoveByAllTags("all", $"group {group}");
                    break;
                case 2:
                    cache.RemoveByAnyTag("nothing", $"group {group}");
                    break;
                case 3:
                    cache.RemoveByPrefix($"group{group}:");
                    break;
                default:
                    cache.RemoveByPattern($"*{group}:*");
                    break;
            }

            Volatile.Write(ref _promised[group], _truths[group]);
        }
    }

    private async Task ReadAsync(TieredCache cache, Random random, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            int group = random.Next(Groups);
            string key = $"group{group}:{random.Next(KeysPerGroup)}";
            long atLeast = Volatile.Read(ref _promised[group]);
            long read = random.Next(3) switch
            {
                0 => cache.TryGet(key, out long kept) ? kept : atLeast,
                1 => cache.GetOrAdd(key, (this, group), static (s, load) => s.Item1.Load(s.group, load), cancellationToken: CancellationToken.None),
                _ => await cache.GetOrAddAsync(key, (this, group), static async (s, load) =>
                {
                    long value = s.Item1.Load(s.group, load);
                    await Task.Yield();
                    return value;
                }, cancellationToken: CancellationToken.None),
            };
            if (read < atLeast)
                Interlocked.Increment(ref _wrong);
        }
    }

    /// <summary>Reads the truth, takes its time, and says the tags last.</summary>
    private long Load(int group, LoadContext load)
    {
        long value = Volatile.Read(ref _truths[group]);
        Thread.SpinWait(100);
        load.Options = _options[group];
        return value;
    }

    /// <summary>Other entries, so that there is something to sweep and to evict.</summary>
    private static void Fill(TieredCache cache, Random random, bool sweepsByHand, CancellationToken stop)
    {
        byte[] value = new byte[200];
        while (!stop.IsCancellationRequested)
        {
            for (int i = 0; i < 50; i++)
                cache.Set($"filler:{random.Next(20_000)}", value);
            if (sweepsByHand)
                cache.Maintain();
        }
    }
}
