using System.Collections.Concurrent;
using Strata.Entries;
using Strata.Payloads;
using Strata.Warming;
using Xunit;

namespace Strata.Tests.Warming;

public sealed class WarmTests : CacheFixture
{
    private static readonly IPayloadSerializer<int> Ints = PayloadSerializer.Unmanaged<int>();

    [Fact(Timeout = 30_000)]
    public async Task WarmAsync_CountsWhatIsLoadedThereEmptyAndFailed()
    {
        Cache.Set("k:1", 1);
        WarmProgress end = await Cache.WarmAsync(
            Enumerable.Range(1, 10),
            static id => $"k:{id}",
            static (id, load) => id switch { 2 => throw new IOException(), 3 => new ValueTask<int>(load.Nothing<int>()), _ => new ValueTask<int>(id * 10) },
            Ints,
            cancellationToken: Token);
        Assert.Equal((7, 1, 1, 1, 10), (end.Loaded, end.AlreadyThere, end.WithoutValue, end.Failed, end.Done));
        Assert.True(Cache.TryGet("k:10", out int ten) && ten == 100);
        Assert.True(Cache.TryGet("k:1", out int one) && one == 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmManyAsync_LoadsInBatchesAndCounts()
    {
        Cache.Set("k:1", 1);
        var batches = new ConcurrentBag<int>();
        WarmProgress end = await Cache.WarmManyAsync(
            Sequence(25),
            static id => $"k:{id}",
            (missing, _) =>
            {
                batches.Add(missing.Count);
                return missing.Contains(25) ? throw new IOException() : new ValueTask<Dictionary<int, int>>(missing.Where(static id => id != 2).ToDictionary(static id => id));
            },
            Ints,
            new WarmOptions { BatchKeys = 10, MaxParallelism = 2, Entry = TimeSpan.FromMinutes(1) },
            cancellationToken: Token);
        Assert.Equal((18, 1, 1, 5), (end.Loaded, end.AlreadyThere, end.WithoutValue, end.Failed));
        Assert.Equal([5, 9, 10], batches.Order());
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Cache.TryGet("k:5", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmAsync_RunsNoMoreLoadsAtATimeThanAllowed()
    {
        int running = 0, most = 0;
        var gates = new ConcurrentQueue<TaskCompletionSource>();
        Task<WarmProgress> warming = Cache.WarmAsync(
            Enumerable.Range(0, 30),
            static id => $"k:{id}",
            async (id, _) =>
            {
                int now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                gates.Enqueue(gate);
                await gate.Task;
                Interlocked.Decrement(ref running);
                return id;
            },
            Ints,
            new WarmOptions { MaxParallelism = 3 },
            cancellationToken: Token);
        for (int done = 0; done < 30; done++)
        {
            TaskCompletionSource? gate = null;
            await UntilAsync(() => (done > 27 || Volatile.Read(ref running) == 3) && gates.TryDequeue(out gate));
            gate!.SetResult();
        }

        Assert.Equal(30, (await warming).Loaded);
        Assert.Equal(3, most);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmAsync_Progress_ComesTenTimesASecondAtMostAndAtTheEnd()
    {
        var reports = new Reports();
        await Cache.WarmAsync(
            Enumerable.Range(0, 100),
            static id => $"k:{id}",
            (id, _) =>
            {
                Time.Advance(TimeSpan.FromMilliseconds(10));
                return new ValueTask<int>(id);
            },
            Ints,
            new WarmOptions { MaxParallelism = 1 },
            reports,
            Token);
        Assert.Equal([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100], reports.Seen.Select(static seen => seen.Done));
        Assert.Equal(TimeSpan.FromSeconds(1), reports.Seen[^1].Elapsed);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmAsync_StopsAtFirstFailure_EndsWithIt()
    {
        int loads = 0;
        await Assert.ThrowsAsync<IOException>(() => Cache.WarmAsync(
            Enumerable.Range(0, 1000),
            static id => $"k:{id}",
            (id, _) => Interlocked.Increment(ref loads) > 3 ? throw new IOException() : new ValueTask<int>(id),
            Ints,
            new WarmOptions { StopsAtFirstFailure = true, MaxParallelism = 1 },
            cancellationToken: Token));
        Assert.Equal(4, loads);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmAsync_Cancelled_EndsAndKeepsWhatIsThere()
    {
        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.WarmAsync(
            Enumerable.Range(0, 1000),
            static id => $"k:{id}",
            async (id, load) =>
            {
                if (id == 5)
                {
                    await leaving.CancelAsync();
                    await Task.Delay(Timeout.Infinite, load.CancellationToken);
                }

                return id;
            },
            Ints,
            new WarmOptions { MaxParallelism = 1 },
            cancellationToken: leaving.Token));
        Assert.True(Cache.TryGet("k:4", out int _));
        Assert.False(Cache.TryGet("k:5", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmAsync_StaleValueStandsInForAFailure_IsStillAFailure()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromHours(1) };
        Cache.Set("k:1", 1, policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        WarmProgress end = await Cache.WarmAsync<int, int>([1], static id => $"k:{id}", static (_, _) => throw new IOException(), Ints, new WarmOptions { Entry = policy }, cancellationToken: Token);
        Assert.Equal((0, 1), (end.Loaded, end.Failed));
    }

    [Fact]
    public void WarmOptions_OutOfBounds_AreRefusedByName()
    {
        Assert.Equal("MaxParallelism", Assert.Throws<ArgumentOutOfRangeException>(() => new WarmOptions { MaxParallelism = 0 }).ParamName);
        Assert.Equal("BatchKeys", Assert.Throws<ArgumentOutOfRangeException>(() => new WarmOptions { BatchKeys = 0 }).ParamName);
    }

    private static async IAsyncEnumerable<int> Sequence(int count)
    {
        for (int id = 1; id <= count; id++)
        {
            await Task.Yield();
            yield return id;
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (int seen = most; seen < value; seen = most)
            Interlocked.CompareExchange(ref most, value, seen);
    }

    private sealed class Reports : IProgress<WarmProgress>
    {
        public List<WarmProgress> Seen { get; } = [];

        public void Report(WarmProgress value) => Seen.Add(value);
    }
}
