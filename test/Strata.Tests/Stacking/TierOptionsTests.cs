using Strata.Entries;
using Strata.Guards;
using Strata.Stacking;
using Strata.TestKit.Tiers;
using Xunit;

namespace Strata.Tests.Stacking;

/// <summary>What a cache does with a tier is up to the tier's settings and to the entry's policy.</summary>
public sealed class TierOptionsTests : StackFixture
{
    private readonly FaultyTier _near;

    public TierOptionsTests() => _near = new FaultyTier(Time, "near");

    [Fact(Timeout = 30_000)]
    public async Task MaxTtl_CapsWhatTheTierKeeps()
    {
        TieredCache cache = Create(new TierOptions { MaxTtl = TimeSpan.FromSeconds(10) }, policy: Through);
        await cache.SetAsync("forever", 1);
        await cache.SetAsync("long", 2, TimeSpan.FromHours(1));
        await cache.SetAsync("short", 3, TimeSpan.FromSeconds(5));
        using var entries = new EntryBatch();
        entries.Add("many", 4);
        await cache.SetManyAsync(entries, cancellationToken: Token);
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((1, 2, null, 4), (Peek("forever"), Peek("long"), Peek("short"), Peek("many")));
        Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((null, null, null), (Peek("forever"), Peek("long"), Peek("many")));
    }

    [Fact(Timeout = 30_000)]
    public async Task IsRead_OfFalse_LeavesTheTierUnasked()
    {
        TieredCache cache = Create(new TierOptions { IsRead = false }, policy: Through);
        await cache.SetAsync("k", 1);
        Assert.Equal(1, Peek("k"));
        Assert.Null(await ReadAsync(cache, "k"));
        using var keys = new KeyBatch();
        using var values = new ValueBatch();
        keys.Add("k");
        await cache.TryGetManyAsync(keys, values, Token);
        Assert.False(values.IsHit(0));
        Assert.Equal(0, Server.Reads);
        Assert.True(await cache.RemoveAsync("k"));
        Assert.Null(Peek("k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task IsRead_OfFalse_DoesNotCountAsAMiss()
    {
        TieredCache cache = Create(new TierOptions { IsRead = false });
        await WriteElsewhereAsync("k", 1);
        await cache.GetOrAddAsync("k", static load =>
        {
            load.DoNotStore();
            return ValueTask.FromResult(2);
        });
        Assert.Null(Peek("k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task IsWritten_OfFalse_LeavesValuesOutAndRemovesAllTheSame()
    {
        TieredCache cache = Create(new TierOptions { IsWritten = false }, policy: Through);
        Assert.True(await cache.SetAsync("k", 1));
        using var entries = new EntryBatch();
        entries.Add("many", 4);
        Assert.Equal(1, await cache.SetManyAsync(entries, cancellationToken: Token));
        Assert.Equal(0, Server.Writes);
        await WriteElsewhereAsync("k", 2);
        Assert.Equal(2, await ReadAsync(cache, "k"));
        Assert.True(await cache.RemoveAsync("k"));
        Assert.Null(Peek("k"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Policy_ThatNamesTiers_UsesTheseAlone()
    {
        using TieredCache cache = CreateOfTwo();
        EntryPolicy nearOnly = Through with { Tiers = ["near"] };
        Assert.True(await cache.SetAsync("k", 1, nearOnly, Token));
        Assert.Equal(BitConverter.GetBytes(1), _near.Peek("k"u8));
        Assert.Null(Peek("k"));
        await WriteElsewhereAsync("far", 7);
        Assert.Equal(8, await cache.GetOrAddAsync("far", static _ => ValueTask.FromResult(8), nearOnly, Token));
        Assert.Equal((0, 7), (Server.Reads, Peek("far")));
        Assert.Equal(7, await cache.GetOrAddAsync("far", static _ => ValueTask.FromResult(9), Through with { Tiers = ["server"] }, Token));
        Assert.Equal(BitConverter.GetBytes(8), _near.Peek("far"u8));
        Assert.True(await cache.RemoveAsync("far", Token));
        Assert.Equal((null, null), (_near.Peek("far"u8), Peek("far")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Policy_ThatNamesNoTier_UsesMemoryAlone()
    {
        using TieredCache cache = CreateOfTwo();
        await cache.SetAsync("k", 1, new EntryPolicy { Tiers = [] }, Token);
        Assert.Equal((0, 0), (_near.Writes, Server.Writes));
        Assert.Equal(1, await ReadAsync(cache, "k"));
        Assert.Equal("Tiers", Assert.Throws<ArgumentException>(static () => new EntryPolicy { Tiers = ["a", ""] }).ParamName);
    }

    [Fact(Timeout = 30_000)]
    public async Task Guard_OfATier_IsItsOwn()
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false };
        var guard = new GuardedTier(Way, new GuardOptions { TimeProvider = Time, FailuresInARow = 1 });
        options.Tiers.Add(guard);
        options.AddTier(_near, new TierOptions { Guard = new GuardOptions { FailuresInARow = 2 } });
        using var cache = new TieredCache(options);
        Way.IsPartitioned = true;
        _near.ReadFault = Strata.Tiers.TierReadStatus.Faulted;
        for (int i = 0; i < 5; i++)
            Assert.Null(await ReadAsync(cache, "k"));
        Assert.Equal((1, 2), (Way.Statistics.Calls, _near.Reads));
        Assert.Equal(BreakerState.Open, guard.Statistics.State);
    }

    [Fact]
    public void Options_OutsideTheirBounds_AreNamed()
    {
        (string Name, Func<object> Make)[] all =
        [
            (nameof(TierOptions.MaxTtl), static () => new TierOptions { MaxTtl = TimeSpan.Zero }),
            (nameof(TierOptions.MaxPendingKeys), static () => new TierOptions { MaxPendingKeys = 0 }),
            (nameof(TierOptions.MaxPendingBytes), static () => new TierOptions { MaxPendingBytes = 100 }),
            (nameof(TierOptions.FlushTime), static () => new TierOptions { FlushTime = TimeSpan.FromSeconds(-1) }),
        ];
        foreach ((string name, Func<object> make) in all)
        {
            ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(make);
            Assert.Equal(name, exception.ParamName);
            Assert.Contains("must be", exception.Message, StringComparison.Ordinal);
        }
    }

    private TieredCache CreateOfTwo()
    {
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, TimeProvider = Time, BackgroundMaintenance = false };
        options.Tiers.Add(_near);
        options.Tiers.Add(Way);
        return new TieredCache(options);
    }
}
