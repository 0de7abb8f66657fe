using System.Diagnostics;
using Strata.Entries;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.Tiers;

namespace Strata.Lab.Chaos;

/// <summary>
/// Callers at work on one cache before, during and after an outage. Each caller has its own keys, so it knows what the last write of each was: a value that is older, or another key's, is wrong.
/// </summary>
internal sealed class ChaosRun(ChaosScenario scenario, int keyCount, TimeSpan outage, int seed)
{
    private const int CallerCount = 8;
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // What the source of all values has; a removal changes it too.
    private readonly long[] _truth = new long[keyCount];

    public ChaosTally During { get; } = new();

    public ChaosTally Around { get; } = new();

    public double RecoveredMs { get; private set; }

    /// <summary>The share of all keys whose last value the tier has in the end; of the others it has nothing.</summary>
    public double KeptPct { get; private set; }

    public CacheStatistics Statistics { get; private set; }

    public async Task RunAsync()
    {
        ICacheTier tier = await scenario.StartAsync();
        using (TieredCache cache = Create(tier))
        {
            for (int key = 0; key < keyCount; key++)
                await cache.SetAsync($"k{key}", ValueOf(key));
            using var stop = new CancellationTokenSource();
            ChaosTally now = Around;
            Task[] callers = [.. Enumerable.Range(0, CallerCount).Select(caller => Task.Run(() => CallAsync(cache, caller, () => Volatile.Read(ref now), stop.Token)))];
            await Task.Delay(s_calm);
            await scenario.BreakAsync();
            Volatile.Write(ref now, During);
            await Task.Delay(outage);
            Volatile.Write(ref now, Around);
            await scenario.MendAsync();
            long mended = Stopwatch.GetTimestamp();
            await stop.CancelAsync();
            await Task.WhenAll(callers);
            while (!await cache.FlushAsync() || !await cache.SetAsync("recovered", 1L))
            {
                if (Stopwatch.GetElapsedTime(mended) > s_patience)
                    throw new InvalidOperationException($"{scenario.Tier} {scenario.Fault}: not recovered after {s_patience}.");
                await Task.Delay(10);
            }

            RecoveredMs = Stopwatch.GetElapsedTime(mended).TotalMilliseconds;
            Statistics = cache.GetStatistics();
        }

        using TieredCache fresh = Create(tier);
        int kept = 0;
        for (int key = 0; key < keyCount; key++)
        {
            CacheResult<KeyedVersion> read = await fresh.TryGetAsync<KeyedVersion>($"k{key}");
            kept += read.IsHit ? 1 : 0;
            Judge(Around, key, read);
        }

        KeptPct = 100.0 * kept / keyCount;
    }

    private static TieredCache Create(ICacheTier tier)
    {
        var options = new TieredCacheOptions { CapacityBytes = 32 << 20 };
        options.AddTier(tier, new TierOptions());
        return new TieredCache(options);
    }

    private async Task CallAsync(TieredCache cache, int caller, Func<ChaosTally> now, CancellationToken stop)
    {
        var random = new Random(seed + caller);
        int ownCount = keyCount / CallerCount;
        var isKept = new bool[ownCount];
        Array.Fill(isKept, true);
        while (!stop.IsCancellationRequested)
        {
            int own = random.Next(ownCount);
            int key = (caller * ownCount) + own;
            ChaosTally tally = now();
            // The first caller does nothing but read what is in memory.
            switch (random.Next(caller == 0 ? 12 : 20))
            {
                case < 12 when isKept[own]:
                    CacheResult<KeyedVersion> read = await cache.TryGetAsync<KeyedVersion>($"k{key}", CancellationToken.None);
                    tally.Hit(read.IsHit);
                    Judge(tally, key, read);
                    break;
                case < 16:
                    await LoadAsync(cache, tally, key);
                    break;
                case < 19:
                    Interlocked.Increment(ref _truth[key]);
                    await cache.SetAsync($"k{key}", ValueOf(key), default(EntryOptions), CancellationToken.None);
                    isKept[own] = true;
                    break;
                default:
                    Interlocked.Increment(ref _truth[key]);
                    await cache.RemoveAsync($"k{key}", CancellationToken.None);
                    isKept[own] = false;
                    break;
            }

            // Callers of a service do something else in between.
            await Task.Yield();
        }
    }

    private async Task LoadAsync(TieredCache cache, ChaosTally tally, int key)
    {
        try
        {
            KeyedVersion value = await cache.GetOrAddAsync($"k{key}", (this, key), static (of, _) => ValueTask.FromResult(of.Item1.ValueOf(of.key)));
            tally.Load(isServed: true);
            Judge(tally, key, new(value));
        }
        catch (Exception)
        {
            tally.Load(isServed: false);
        }
    }

    private void Judge(ChaosTally tally, int key, CacheResult<KeyedVersion> read)
    {
        if (read.IsHit && read.Value != ValueOf(key))
            tally.WrongValue();
    }

    private KeyedVersion ValueOf(int key) => new(key, Volatile.Read(ref _truth[key]));
}
