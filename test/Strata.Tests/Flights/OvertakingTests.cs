using Xunit;

namespace Strata.Tests.Flights;

/// <summary>A write, a removal or a clear during a load wins.</summary>
public sealed class OvertakingTests : CacheFixture
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 30_000)]
    public Task Remove_DuringALoad_Wins() => AssertNotKeptAsync(() => Cache.Remove("k"));

    [Fact(Timeout = 30_000)]
    public Task RemoveAsync_DuringALoad_Wins() => AssertNotKeptAsync(() => Assert.False(Cache.RemoveAsync("k").Result));

    [Fact(Timeout = 30_000)]
    public Task Clear_DuringALoad_Wins() => AssertNotKeptAsync(Cache.Clear);

    [Fact(Timeout = 30_000)]
    public async Task Set_DuringALoad_Wins()
    {
        Task<int> load = LoadAsync(1);
        Cache.Set("k", 2);
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 3));
        _gate.SetResult();
        Assert.Equal(1, await load);
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(2, kept);
        Assert.Equal(1, Cache.GetStatistics().LoadsNotKept);
    }

    [Fact(Timeout = 30_000)]
    public async Task Remove_OfAnotherKeyDuringALoad_ChangesNothing()
    {
        Task<int> load = LoadAsync(1);
        for (int i = 0; i < 10_000; i++)
            Cache.Remove($"other:{i}");
        _gate.SetResult();
        await load;
        Assert.True(Cache.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task Remove_DuringALoad_MakesLaterCallersLoadAnew()
    {
        Task<int> early = LoadAsync(1);
        Cache.Remove("k");
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2));
        _gate.SetResult();
        Assert.Equal(1, await early);
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(2, kept);
    }

    [Fact(Timeout = 30_000)]
    public void Set_ByTheFactoryItself_Wins()
    {
        Assert.Equal(1, Cache.GetOrAdd("k", Cache, static (cache, _) =>
        {
            cache.Set("k", 2);
            return 1;
        }));
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(2, kept);
    }

    /// <summary>A source of truth is changed and then the key removed, while readers load from it: after the removal nobody reads the former truth.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Remove_AfterAChangeOfTheSource_IsNeverUndoneByALoad()
    {
        int truth = 0;
        int promised = 0;
        int wrong = 0;
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                int atLeast = Volatile.Read(ref promised);
                int read = Cache.GetOrAdd("k", () => Volatile.Read(ref truth), static (source, _) => source());
                if (read < atLeast)
                    Interlocked.Increment(ref wrong);
            }
        }))];
        for (int i = 1; i <= 40_000; i++)
        {
            Volatile.Write(ref truth, i);
            Cache.Remove("k");
            Volatile.Write(ref promised, i);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(0, wrong);
        Assert.Equal(40_000, Cache.GetOrAdd("k", static _ => 40_000));
    }

    private async Task AssertNotKeptAsync(Action invalidate)
    {
        Task<int> load = LoadAsync(1);
        Task<int> joined = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(0)).AsTask();
        invalidate();
        _gate.SetResult();
        int[] values = await Task.WhenAll(load, joined);
        Assert.Equal([1, 1], values);
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Equal(1, Cache.GetStatistics().LoadsNotKept);
        Assert.Equal(5, Cache.GetOrAdd("k", static _ => 5));
        Assert.True(Cache.TryGet("k", out int _));
    }

    private Task<int> LoadAsync(int value) => Cache.GetOrAddAsync("k", (_gate, value), static async (s, _) =>
    {
        await s._gate.Task;
        return s.value;
    }).AsTask();
}
