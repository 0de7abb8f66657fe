using Strata.Entries;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Tiers;

/// <summary>A tier that others write to, too: what a load brings is as old as its beginning.</summary>
public sealed class NewestWinsTests : IDisposable
{
    private static readonly byte[] s_key = "key"u8.ToArray();

    private readonly ManualTimeProvider _time = new();
    private readonly FaultyTier _shared;
    private readonly TieredCache _cache;

    public NewestWinsTests()
    {
        _shared = new FaultyTier(_time);
        _cache = new TieredCache(new TieredCacheOptions { CapacityBytes = 1 << 20, TimeProvider = _time, Tiers = { _shared } });
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetOrAdd_WhileAnotherNodeRemoves_KeepsTheValueNowhere()
    {
        int value = await _cache.GetOrAddAsync("key", async _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await _shared.RemoveAsync(s_key, Token);
            return 1;
        }, cancellationToken: Token);
        Assert.Equal(1, value);
        Assert.Null(_shared.Peek(s_key));
        Assert.False(_cache.TryGet("key", out int _));
        Assert.Equal(1, _cache.GetStatistics().LoadsNotKept);
    }

    [Fact]
    public async Task GetOrAdd_WhileAnotherNodeWrites_LeavesThatToBeFound()
    {
        await _cache.GetOrAddAsync("key", async _ =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            await _shared.SetAsync(s_key, new(BitConverter.GetBytes(2)), default, Token);
            return 1;
        }, cancellationToken: Token);
        Assert.Equal(2, await _cache.GetOrAddAsync("key", static _ => ValueTask.FromResult(3), cancellationToken: Token));
    }

    [Fact]
    public async Task GetOrAddMany_WhileAnotherNodeRemovesOne_KeepsTheOthers()
    {
        await _cache.GetOrAddManyAsync(["key", "other"], static name => $"{name}", this, static async (test, missing, _) =>
        {
            test._time.Advance(TimeSpan.FromMilliseconds(5));
            await test._shared.RemoveAsync(s_key, Token);
            return missing.ToDictionary(static name => name, static _ => 1);
        }, cancellationToken: Token);
        Assert.Null(_shared.Peek(s_key));
        Assert.False(_cache.TryGet("key", out int _));
        Assert.True(_cache.TryGet("other", out int _));
    }

    [Fact]
    public async Task Set_AfterAnotherNodeRemoved_IsKept()
    {
        await _shared.RemoveAsync(s_key, Token);
        await _cache.SetAsync("key", 4, cancellationToken: Token);
        Assert.Equal(BitConverter.GetBytes(4), _shared.Peek(s_key));
        Assert.True(_cache.TryGet("key", out int _));
    }

    [Fact]
    public async Task Set_OfAnOlderTime_IsKeptNowhere()
    {
        await _shared.SetAsync(s_key, new(BitConverter.GetBytes(2)), default, Token);
        Assert.False(await _cache.SetAsync("key", 1, new EntryOptions { Timestamp = 1 }, Token));
        Assert.Equal(2, await _cache.GetOrAddAsync("key", static _ => ValueTask.FromResult(3), cancellationToken: Token));
    }

    [Fact]
    public void Timestamp_ThatIsNegative_Throws()
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => new EntryOptions { Timestamp = -1 });
        Assert.Contains("-1", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _cache.Dispose();
}
