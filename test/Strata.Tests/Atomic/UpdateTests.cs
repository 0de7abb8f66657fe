using Strata.Entries;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests.Atomic;

public sealed class UpdateTests() : CacheFixture(tiersBehind: 1)
{
    private static readonly EntryPolicy Versioned = new() { IsVersioned = true };

    [Fact]
    public void Update_KeyWithoutValue_IsAMiss()
    {
        Assert.False(Cache.Update("k", 1, static (int value, int by) => value + by).IsHit);
        Assert.Null(Behind[0].Peek("k"u8));
    }

    [Fact]
    public async Task AddOrUpdate_AddsThenUpdatesMemoryAndTiers()
    {
        Assert.Equal(1, Cache.AddOrUpdate("k", 1, 10, static (value, by) => value + by));
        Assert.Equal(11, Cache.AddOrUpdate("k", 1, 10, static (value, by) => value + by));
        Assert.Equal(21, await Cache.AddOrUpdateAsync("k", 1, 10, static (value, by) => value + by, default, Token));
        Assert.Equal(31, Cache.Update("k", 10, static (int value, int by) => value + by).Value);
        Assert.Equal(41, (await Cache.UpdateAsync("k", 10, static (int value, int by) => value + by, default, Token)).Value);
        Assert.Equal(BitConverter.GetBytes(41), Behind[0].Peek("k"u8));
        Assert.Equal("a", Cache.AddOrUpdate("text", "a", "b", static (value, more) => value + more, PayloadSerializer.Utf8));
        Assert.Equal("ab", await Cache.AddOrUpdateAsync("text", "a", "b", static (value, more) => value + more, PayloadSerializer.Utf8, default, Token));
        Assert.Equal("abc", Cache.Update("text", "c", static (value, more) => value + more, PayloadSerializer.Utf8).Value);
        Assert.Equal("abcd", (await Cache.UpdateAsync("text", "d", static (value, more) => value + more, PayloadSerializer.Utf8, default, Token)).Value);
    }

    [Fact(Timeout = 30_000)]
    public async Task Update_OfWhatOnlyATierHas_BringsItForwardFirst()
    {
        await Behind[0].SetAsync("k"u8.ToArray(), new(BitConverter.GetBytes(5)), default, Token);
        await Behind[0].SetAsync("l"u8.ToArray(), new(BitConverter.GetBytes(6)), default, Token);
        Assert.Equal(6, Cache.Update("k", 1, static (int value, int by) => value + by).Value);
        Behind[0].Hold();
        Task<CacheResult<int>> updating = Cache.UpdateAsync("l", 1, static (int value, int by) => value + by, default, Token).AsTask();
        Assert.False(updating.IsCompleted);
        Behind[0].Release();
        Assert.Equal(7, (await updating).Value);
        Assert.Equal(BitConverter.GetBytes(7), Behind[0].Peek("l"u8));
        Assert.Equal((2, 0), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact]
    public void Update_EntryWithoutVersion_IsRefused()
    {
        Cache.Set("k", 1);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Cache.Update("k", 1, static (int value, int by) => value + by));
        Assert.Contains(nameof(EntryPolicy.IsVersioned), exception.Message, StringComparison.Ordinal);
        Assert.True(Cache.TryGet("k", out int kept) && kept == 1);
    }

    [Fact]
    public void Update_FunctionThatThrowsOrGivesNull_ChangesNothing()
    {
        Cache.Set("k", "text", Versioned);
        Assert.Throws<IOException>(() => Cache.Update<int, string>("k", 1, static (_, _) => throw new IOException(), PayloadSerializer.Utf8));
        Assert.Throws<ArgumentNullException>(() => Cache.Update("k", 1, static (_, _) => null!, PayloadSerializer.Utf8));
        Assert.Throws<ArgumentNullException>(() => Cache.AddOrUpdate("k", null!, 1, static (value, _) => value, PayloadSerializer.Utf8));
        Assert.Throws<ArgumentNullException>(() => Cache.Update("k", 1, (Func<int, int, int>)null!));
        Assert.True(Cache.TryGet("k", out string? kept) && kept == "text");
    }

    [Fact]
    public void Update_ThatIsAlwaysOvertaken_GivesUp()
    {
        Cache.Set("k", 0, Versioned);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Cache.Update("k", Cache, static (int value, TieredCache cache) =>
        {
            cache.Set("k", value + 1, new EntryPolicy { IsVersioned = true, Access = TierAccess.SkipTierWrite });
            return -1;
        }));
        Assert.Contains("1000 times", exception.Message, StringComparison.Ordinal);
        Assert.True(Cache.TryGet("k", out int kept) && kept == 1000);
    }

    [Fact(Timeout = 60_000)]
    public async Task AddOrUpdate_ByManyAtOnce_LosesNoChange()
    {
        const int CallerCount = 4, Changes = 2_000;
        using var start = new Barrier(CallerCount);
        await Task.WhenAll(Enumerable.Range(0, CallerCount).Select(_ => Task.Run(() =>
        {
            start.SignalAndWait(Token);
            for (int i = 0; i < Changes; i++)
                Cache.AddOrUpdate("k", 1, 1, Slowly, new EntryPolicy { Access = TierAccess.SkipTierWrite | TierAccess.SkipTierRead });
        }, Token)));
        Assert.True(Cache.TryGet("k", out int count));
        Assert.Equal(CallerCount * Changes, count);

        // Lets others in between the read and the exchange.
        static int Slowly(int value, int by)
        {
            if (value % 8 == 0)
                Thread.Yield();
            return value + by;
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task AddOrUpdate_DuringALoad_ChangesTheValueOfTheTier()
    {
        var gate = new TaskCompletionSource<int>();
        Task<int> load = Cache.GetOrAddAsync<int>("k", _ => new(gate.Task), default, Token).AsTask();
        await UntilAsync(() => Cache.GetStatistics().Loads == 1);
        await Behind[0].SetAsync("k"u8.ToArray(), new(BitConverter.GetBytes(41)), TimeSpan.FromMinutes(1), Token);
        Assert.Equal(42, Cache.AddOrUpdate("k", 1, 1, static (value, by) => value + by));
        Assert.Equal(43, (await Cache.UpdateAsync("k", 1, static (int value, int by) => value + by, default, Token)).Value);
        gate.SetResult(0);
        Assert.Equal(0, await load);
        Assert.True(Cache.TryGet("k", out int kept) && kept == 43);
        Assert.Equal(BitConverter.GetBytes(43), Behind[0].Peek("k"u8));
    }

    [Fact(Timeout = 30_000)]
    public async Task AddOrUpdate_ByManyDuringALoad_AllChangeTheValueOfTheTier()
    {
        const int CallerCount = 8;
        var gate = new TaskCompletionSource<int>();
        Task<int> load = Cache.GetOrAddAsync<int>("k", _ => new(gate.Task), default, Token).AsTask();
        await UntilAsync(() => Cache.GetStatistics().Loads == 1);
        await Behind[0].SetAsync("k"u8.ToArray(), new(BitConverter.GetBytes(100)), default, Token);
        Behind[0].Hold();
        Task<int>[] updates = [.. Enumerable.Range(0, CallerCount).Select(_ => Cache.AddOrUpdateAsync("k", 1, 1, static (value, by) => value + by, default, Token).AsTask())];
        Behind[0].Release();
        int[] values = await Task.WhenAll(updates);
        Assert.Equal(Enumerable.Range(101, CallerCount), values.Order());
        gate.SetResult(0);
        await load;
    }

    [Fact(Timeout = 30_000)]
    public async Task AddOrUpdate_OfWhatIsRemovedDuringTheLookup_Adds()
    {
        await Behind[0].SetAsync("k"u8.ToArray(), new(BitConverter.GetBytes(41)), default, Token);
        Behind[0].Hold();
        Task<int> updating = Cache.AddOrUpdateAsync("k", 1, 1, static (value, by) => value + by, default, Token).AsTask();
        Task<bool> removing = Cache.RemoveAsync("k", Token).AsTask();
        Behind[0].Release();
        Assert.True(await removing);
        int added = await updating;
        Assert.Equal(1, added);
    }
}
