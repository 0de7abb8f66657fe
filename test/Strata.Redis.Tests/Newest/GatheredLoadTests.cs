using System.Globalization;
using System.Text.RegularExpressions;
using Strata.Entries;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Newest;

/// <summary>Values loaded one by one, all while the first one is under way: the server is frozen meanwhile.</summary>
public sealed class GatheredLoadTests : IAsyncLifetime
{
    private readonly HybridClock _clock = new(TimeProvider.System);
    private RedisServer _server = null!;
    private RedisTier _tier = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = _server.Address, OperationTimeout = TimeSpan.FromMinutes(1) });
        await _tier.KeepInTheEndAsync("begin", "", _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _tier.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Set_OfManyLoadsAtOnce_GoesInFewCalls()
    {
        const int Full = 10;
        await _server.CommandAsync("CONFIG", "RESETSTAT");
        TierWriteStatus[] statuses = await WhileFrozenAsync(() => [.. Enumerable.Range(0, 1 + (Full * WriteBatch.MaxKeys)).Select(i => _tier.KeepAsync($"k{i}", $"v{i}", _clock.Next()))]);
        Assert.All(statuses, status => Assert.Equal(TierWriteStatus.Done, status));
        string calls = Regex.Match(await _server.CommandAsync("INFO", "commandstats"), "cmdstat_evalsha:calls=([0-9]+)").Groups[1].Value;
        Assert.Equal(1 + Full, int.Parse(calls, CultureInfo.InvariantCulture));
        Assert.Equal("v0", await _tier.ReadAsync("k0"));
        Assert.Equal("v320", await _tier.ReadAsync("k320"));
    }

    [Fact]
    public async Task Set_OfTwoLoadsOfOneKeyAtOnce_KeepsTheNewerOne()
    {
        long older = _clock.Next();
        await TierProbe.WellApartAsync();
        long newer = _clock.Next();
        TierWriteStatus[] statuses = await WhileFrozenAsync(() =>
        [
            _tier.KeepAsync("first", "", newer),
            _tier.KeepAsync("a", "older", older), _tier.KeepAsync("a", "newer", newer),
            _tier.KeepAsync("b", "newer", newer), _tier.KeepAsync("b", "older", older),
        ]);
        Assert.Equal([TierWriteStatus.Done, TierWriteStatus.Done, TierWriteStatus.Done, TierWriteStatus.Done, TierWriteStatus.Superseded], statuses);
        Assert.Equal("newer", await _tier.ReadAsync("a"));
        Assert.Equal("newer", await _tier.ReadAsync("b"));
    }

    [Fact]
    public async Task Set_OfALoadWhoseWriterStopsWaiting_IsNoneOfTheOthersBusiness()
    {
        using var patience = new CancellationTokenSource();
        Task<TierWriteStatus> abandoned = null!;
        TierWriteStatus[] statuses = await WhileFrozenAsync(() =>
        {
            Task<TierWriteStatus> first = _tier.KeepAsync("first", "", _clock.Next());
            abandoned = _tier.SetAsync("abandoned"u8.ToArray(), new("v"u8.ToArray()), new EntryOptions { Timestamp = _clock.Next() }, patience.Token).AsTask();
            Task<TierWriteStatus> last = _tier.KeepAsync("last", "", _clock.Next());
            patience.Cancel();
            return [first, last];
        });
        Assert.Equal([TierWriteStatus.Done, TierWriteStatus.Done], statuses);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
    }

    private async Task<TierWriteStatus[]> WhileFrozenAsync(Func<Task<TierWriteStatus>[]> writes)
    {
        await _server.FreezeAsync();
        Task<TierWriteStatus>[] sent = writes();
        await _server.ThawAsync();
        return await Task.WhenAll(sent);
    }
}
