using System.Globalization;
using Strata.Entries;
using Strata.Guards;
using Strata.Stacking;
using Strata.TestKit.Bytes;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Stacking;

/// <summary>
/// Random histories of calls and outages: no read returns a value older than the last write, removal or invalidation of its key that had returned before, whatever that returned. Values are the numbers of their
/// writes; the number of a failed history is its seed.
/// </summary>
public abstract class RecoveryHistoryTests(TierTraits traits) : StackFixture(traits)
{
    private const int KeyCount = 8;
    private const int Steps = 300;

    private readonly int[] _floors = new int[KeyCount];
    private readonly List<string> _history = [];
    private SplitMix64 _random = new(0);
    private int _number;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    /// <summary>Whether the cache keeps values in memory, so that nobody else may write to the server without telling it.</summary>
    protected abstract bool HasMemory { get; }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public async Task RandomHistory_OfCallsAndOutages_NeverReturnsAnOlderValue(int seed)
    {
        _random = new SplitMix64((ulong)seed);
        var tier = new TierOptions { WritesBehind = seed % 3 == 0, MaxPendingKeys = seed % 4 == 0 ? 3 : 1_000, MaxPendingBytes = 64 << 10 };
        TieredCache cache = Create(tier, new GuardOptions { InvalidationDeadline = TimeSpan.FromSeconds(10) }, HasMemory ? null : Through);
        for (int step = 0; step < Steps; step++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(1));
            await StepAsync(cache, Next(20), Next(KeyCount));
        }

        Way.IsPartitioned = false;
        Way.IsFrozen = false;
        await RecoverAsync(cache);
        for (int key = 0; key < KeyCount; key++)
            await CheckAsync(key, "at the end", () => ReadAsync(cache, Key(key)));
        Assert.True(await PassAsync(cache.SetAsync("works", 1, cancellationToken: Token).AsTask()));
        await RecoverAsync(cache);
        Assert.Equal(1, Peek("works"));
    }

    private async Task StepAsync(TieredCache cache, int what, int key)
    {
        int number = ++_number;
        switch (what)
        {
            case < 4:
                await WriteAsync("set", [key], () => cache.SetAsync(Key(key), number, Options(key), Token).AsTask());
                break;
            case 4 or 5:
                await WriteAsync("remove", [key], () => cache.RemoveAsync(Key(key), Token).AsTask());
                break;
            case 6:
                await WriteAsync("by tag", [.. Enumerable.Range(0, KeyCount).Where(other => other % 2 == key % 2)], () => Done(cache.RemoveByTagAsync(Tag(key), Token)));
                break;
            case 7:
                await WriteAsync("by prefix", [key], () => Done(cache.RemoveByPrefixAsync(Key(key), Token)));
                break;
            case 8 when Next(4) == 0:
                await WriteAsync("clear", [.. Enumerable.Range(0, KeyCount)], () => Done(cache.ClearAsync(Token)));
                break;
            case 9:
                _history.Add($"partitioned {Way.IsPartitioned = !Way.IsPartitioned}");
                break;
            case 10:
                _history.Add($"frozen {Way.IsFrozen = !Way.IsFrozen}");
                break;
            case 11:
                _history.Add("time");
                Time.Advance(TimeSpan.FromMilliseconds(Next(2_000)));
                break;
            case 12 when !HasMemory:
                await WriteAsync("elsewhere", [key], async () =>
                {
                    await WriteElsewhereAsync(Key(key), number);
                    return true;
                });
                break;
            case 13 or 14:
                await CheckAsync(key, "load", async () => await cache.GetOrAddAsync(Key(key), _floors[key], static (floor, _) => ValueTask.FromResult(floor), Options(key), Token));
                break;
            case 15:
                await CheckManyAsync(cache);
                break;
            default:
                await CheckAsync(key, "read", () => ReadAsync(cache, Key(key)));
                break;
        }
    }

    private async Task WriteAsync(string what, int[] keys, Func<Task<bool>> write)
    {
        int number = _number;
        bool isDone = await PassAsync(write());
        foreach (int key in keys)
            _floors[key] = number;
        _history.Add($"{number}: {what} {string.Join(' ', keys)} {isDone}");
    }

    private async Task CheckAsync(int key, string what, Func<Task<int?>> read)
    {
        int floor = _floors[key];
        int? value = await PassAsync(read());
        _history.Add($"{what} {key}: {value}");
        Check(key, floor, value);
    }

    private async Task CheckManyAsync(TieredCache cache)
    {
        using var keys = new KeyBatch();
        using var values = new ValueBatch();
        for (int key = 0; key < KeyCount; key++)
            keys.Add(Key(key));
        await PassAsync(cache.TryGetManyAsync(keys, values, Token).AsTask());
        _history.Add("read all");
        for (int key = 0; key < KeyCount; key++)
            Check(key, _floors[key], values.TryGet(key, out int value) ? value : null);
    }

    private void Check(int key, int floor, int? value)
    {
        if (value < floor)
            Assert.Fail($"Key {key} was {value} after {floor} had returned:\n{string.Join('\n', _history)}");
    }

    private int Next(int bound) => (int)(_random.Next() % (ulong)bound);

    private static string Key(int key) => string.Create(CultureInfo.InvariantCulture, $"k{key}");

    private static string Tag(int key) => key % 2 == 0 ? "even" : "odd";

    private static EntryOptions Options(int key) => new() { Tags = [Tag(key)] };

    private static async Task<bool> Done(ValueTask task)
    {
        await task;
        return true;
    }

    public sealed class OfASharedTier() : RecoveryHistoryTests(TierTraits.Shared)
    {
        protected override bool HasMemory => false;
    }

    public sealed class OfASharedTierBehindMemory() : RecoveryHistoryTests(TierTraits.Shared)
    {
        protected override bool HasMemory => true;
    }

    public sealed class OfATierOfOneProcess() : RecoveryHistoryTests(TierTraits.Durable)
    {
        protected override bool HasMemory => true;
    }
}
