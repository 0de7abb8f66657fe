using System.Collections.Concurrent;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Many;

/// <summary>Calls for many keys that meet others.</summary>
public sealed class ManyFlightsTests : CacheFixture
{
    private static readonly EntryPolicy Graceful = new() { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(10) };

    [Fact(Timeout = 60_000)]
    public async Task GetOrAddManyAsync_CallersOfOverlappingKeys_LoadEachKeyOnce()
    {
        const int KeyCount = 60, CallerCount = 40;
        var loads = new ConcurrentDictionary<int, int>();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        int[][] wanted = [.. Enumerable.Range(0, CallerCount).Select(_ => Enumerable.Range(0, KeyCount).Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next()).ToArray())];
        Task<IReadOnlyDictionary<int, int>>[] calls = [.. wanted.Select(ids => Task.Run(() => Cache.GetOrAddManyAsync(
            ids,
            static id => $"k:{id}",
            (loads, gate),
            static async (state, missing, _) =>
            {
                foreach (int id in missing)
                    state.loads.AddOrUpdate(id, 1, static (_, count) => count + 1);
                await state.gate.Task;
                return missing.ToDictionary(static id => id, static id => id * 10);
            },
            default,
            Token).AsTask(), Token))];
        await UntilAsync(() => wanted.SelectMany(static ids => ids).Distinct().All(loads.ContainsKey));
        gate.SetResult();
        IReadOnlyDictionary<int, int>[] found = await Task.WhenAll(calls);
        Assert.True(loads.Values.All(static count => count == 1), $"seed {seed}");
        for (int i = 0; i < CallerCount; i++)
            Assert.Equal(wanted[i].Order(), found[i].Where(static pair => pair.Value == pair.Key * 10).Select(static pair => pair.Key).Order());
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetOrAddMany_TwoCallsInOppositeOrder_DoNotWaitForEachOther(bool blocks)
    {
        var ids = Enumerable.Range(0, 64).ToArray();
        int[] reversed = [.. ids.Reverse()];
        for (int round = 0; round < 200; round++)
        {
            Cache.Clear();
            using var start = new Barrier(2);
            int[][] orders = [ids, reversed];
            Task<int>[] calls = [.. orders.Select(order => Task.Run(async () =>
            {
                start.SignalAndWait(Token);
                return blocks
                    ? Cache.GetOrAddMany(order, static id => $"k:{id}", 0, static (_, missing, _) => missing.ToDictionary(static id => id)).Count
                    : (await Cache.GetOrAddManyAsync(order, static id => $"k:{id}", 0, static async (_, missing, _) => { await Task.Yield(); return missing.ToDictionary(static id => id); }, default, Token)).Count;
            }, Token))];
            int[] counts = await Task.WhenAll(calls);
            Assert.Equal([64, 64], counts);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_OfAKeyInALoadOfMany_JoinsIt()
    {
        var gate = new TaskCompletionSource();
        Task<IReadOnlyDictionary<int, int>> many = Held([1, 2, 13], gate);
        ValueTask<int> one = Cache.GetOrAddAsync("k:2", static _ => new ValueTask<int>(-1), default, Token);
        ValueTask<int> none = Cache.GetOrAddAsync("k:13", static _ => new ValueTask<int>(-1), default, Token);
        Assert.False(one.IsCompleted || none.IsCompleted);
        gate.SetResult();
        Assert.Equal((20, 0), (await one, await none));
        Assert.Equal(2, (await many).Count);
        Assert.Equal((1, 2), (Cache.GetStatistics().Loads, Cache.GetStatistics().JoinedLoads));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_OfAKeyThatAnotherLoads_JoinsItAndLoadsTheRest()
    {
        var gate = new TaskCompletionSource<int>();
        Task<int> one = Cache.GetOrAddAsync("k:1", gate, static async (gate, _) => await gate.Task, default, Token).AsTask();
        var asked = new List<int>();
        Task<IReadOnlyDictionary<int, int>> many = Cache.GetOrAddManyAsync(
            new[] { 1, 2 }, static id => $"k:{id}", asked, static (asked, missing, _) => { asked.AddRange(missing); return new ValueTask<Dictionary<int, int>>(missing.ToDictionary(static id => id, static id => id * 10)); }, default, Token).AsTask();
        Assert.Equal([2], asked);
        Assert.True(Cache.TryGet("k:2", out int two) && two == 20);
        Assert.False(many.IsCompleted);
        gate.SetResult(11);
        Assert.Equal((11, 20), ((await many)[1], (await many)[2]));
        Assert.Equal(11, await one);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_JoinedLoadOfAnotherType_IsLoadedAnew()
    {
        var gate = new TaskCompletionSource<string>();
        Task<string> text = Cache.GetOrAddAsync("k:1", gate, static async (gate, _) => await gate.Task, default, Token).AsTask();
        Task<IReadOnlyDictionary<int, int>> many = Held([1], null);
        Assert.False(many.IsCompleted);
        gate.SetResult("not an int");
        Assert.Equal(10, (await many)[1]);
        Assert.Equal("not an int", await text);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_Cancelled_GoesAndCancelsWhatNobodyWants()
    {
        using var leaving = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        var token = new TaskCompletionSource<CancellationToken>();
        Task<IReadOnlyDictionary<int, int>> many = Held([1, 2], gate, leaving.Token, token);
        CancellationToken loading = await token.Task;
        Task<int> joined = Cache.GetOrAddAsync("k:2", static _ => new ValueTask<int>(-1), default, Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => many);
        Assert.False(loading.IsCancellationRequested);
        Assert.Equal(7, Cache.GetOrAdd("k:1", static _ => 7));
        gate.SetResult();
        Assert.Equal(20, await joined);
        Assert.True(Cache.TryGet("k:1", out int one) && one == 7);
        Assert.True(Cache.TryGet("k:2", out int two) && two == 20);

        using var alone = new CancellationTokenSource();
        token = new TaskCompletionSource<CancellationToken>();
        many = Held([3, 4], new TaskCompletionSource(), alone.Token, token);
        loading = await token.Task;
        await alone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => many);
        await UntilAsync(() => loading.IsCancellationRequested);
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Fact(Timeout = 30_000)]
    public void GetOrAddMany_BlockedCallerCancelled_CancelsTheLoadOnce()
    {
        using var leaving = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Cache.GetOrAddMany<int, CancellationTokenSource, int>(
            [1, 2],
            static id => $"k:{id}",
            leaving,
            static (leaving, _, load) =>
            {
                leaving.Cancel();
                load.CancellationToken.WaitHandle.WaitOne();
                load.CancellationToken.ThrowIfCancellationRequested();
                return [];
            },
            default,
            leaving.Token));
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddMany_BlockedCallerCancelled_LeavesItsLoadToThoseWhoJoined()
    {
        using var leaving = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var token = new TaskCompletionSource<CancellationToken>();
        Task<IReadOnlyDictionary<int, int>> many = Task.Run(() => Cache.GetOrAddMany([1], static id => $"k:{id}", (gate, token), static (state, missing, load) =>
        {
            state.token.SetResult(load.CancellationToken);
            state.gate.Wait(load.CancellationToken);
            return missing.ToDictionary(static id => id, static id => id * 10);
        }, default, leaving.Token), Token);
        CancellationToken loading = await token.Task;
        Task<int> joined = Cache.GetOrAddAsync("k:1", static _ => new ValueTask<int>(-1), default, Token).AsTask();
        await leaving.CancelAsync();
        Assert.False(loading.IsCancellationRequested);
        gate.Set();
        Assert.Equal(10, await joined);
        Assert.True(Cache.TryGet("k:1", out int kept) && kept == 10);
        await many.ContinueWith(static _ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_HardDeadline_FreesAllKeysAndFailsThoseWhoWait()
    {
        var policy = new EntryPolicy { HardDeadline = TimeSpan.FromSeconds(1) };
        var token = new TaskCompletionSource<CancellationToken>();
        Task<IReadOnlyDictionary<int, int>> many = Held([1, 2], new TaskCompletionSource(), Token, token, policy);
        CancellationToken loading = await token.Task;
        Task<int> joined = Cache.GetOrAddAsync("k:2", static _ => new ValueTask<int>(-1), policy, Token).AsTask();
        Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => many);
        await Assert.ThrowsAsync<TimeoutException>(() => joined);
        await UntilAsync(() => loading.IsCancellationRequested);
        Assert.Equal((0, 1), (Cache.GetStatistics().LoadsInFlight, Cache.GetStatistics().LoadsTimedOut));
        Assert.Equal((7, 8), (Cache.GetOrAdd("k:1", static _ => 7), Cache.GetOrAdd("k:2", static _ => 8)));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_DeadlinesWithStaleValues_ServeThem()
    {
        EntryPolicy soft = Graceful with { SoftDeadline = TimeSpan.FromSeconds(1) }, hard = Graceful with { HardDeadline = TimeSpan.FromSeconds(1) };
        foreach (EntryPolicy policy in new[] { soft, hard })
        {
            Cache.Set("k:1", 1, policy);
            Cache.Set("k:2", 2, policy);
            Time.Advance(TimeSpan.FromMinutes(2));
            var gate = new TaskCompletionSource();
            Task<IReadOnlyDictionary<int, int>> many = Held([1, 2], gate, Token, policy: policy);
            await UntilAsync(() => Cache.GetStatistics().LoadsInFlight == 2);
            Time.Advance(TimeSpan.FromSeconds(2));
            IReadOnlyDictionary<int, int> found = await many;
            Assert.Equal((1, 2), (found[1], found[2]));
            gate.SetResult();
            if (policy == soft)
                await UntilAsync(() => Cache.TryGet("k:1", out int one) && one == 10 && Cache.TryGet("k:2", out int two) && two == 20);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_SoftDeadlineWithOneKeyThatHasNoStaleValue_WaitsForTheLoad()
    {
        EntryPolicy policy = Graceful with { SoftDeadline = TimeSpan.FromSeconds(1) };
        Cache.Set("k:1", 1, policy);
        Time.Advance(TimeSpan.FromMinutes(2));
        var gate = new TaskCompletionSource();
        Task<IReadOnlyDictionary<int, int>> many = Held([1, 2], gate, Token, policy: policy);
        await UntilAsync(() => Cache.GetStatistics().LoadsInFlight == 2);
        Time.Advance(TimeSpan.FromSeconds(2));
        await Task.Yield();
        Assert.False(many.IsCompleted);
        gate.SetResult();
        Assert.Equal((10, 20), ((await many)[1], (await many)[2]));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_FailureOfALoad_FailsThoseWhoJoinedIt()
    {
        var gate = new TaskCompletionSource();
        Task<IReadOnlyDictionary<int, int>> many = Held([1, 2], gate);
        Task<int> one = Cache.GetOrAddAsync("k:1", static _ => new ValueTask<int>(-1), default, Token).AsTask();
        Task<IReadOnlyDictionary<int, int>> other = Held([2, 3], null);
        gate.SetException(new IOException());
        await Assert.ThrowsAsync<IOException>(() => many);
        await Assert.ThrowsAsync<IOException>(() => one);
        await Assert.ThrowsAsync<IOException>(() => other);
        Assert.True(Cache.TryGet("k:3", out int three) && three == 30);
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddManyAsync_OfBatchesThatWaitForEachOther_ThrowsInOneOfThem()
    {
        using var bothStarted = new Barrier(2);
        Task<int> a = Task.Run(() => Ask([1, 2], 4), Token);
        Task<int> b = Task.Run(() => Ask([3, 4], 1), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(a, b));
        Assert.Equal(4, (await Held([1, 2, 3, 4], null)).Count);

        int Ask(int[] ids, int other) => Cache.GetOrAddMany(ids, static id => $"k:{id}", (Cache, bothStarted, other), static (state, missing, _) =>
        {
            state.bothStarted.SignalAndWait();
            state.Cache.GetOrAddMany([state.other], static id => $"k:{id}", 0, static (_, inner, _) => inner.ToDictionary(static id => id));
            return missing.ToDictionary(static id => id);
        }).Count;
    }

    [Fact(Timeout = 120_000)]
    public async Task GetOrAddMany_AmongRemovalsAndWrites_NeverKeepsAnOlderValue()
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        const int KeyCount = 8, Rounds = 3_000;
        var source = new long[KeyCount];
        using var stop = new CancellationTokenSource();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(async () =>
        {
            var random = new Random(seed + reader);
            while (!stop.IsCancellationRequested)
            {
                int[] ids = [.. Enumerable.Range(0, KeyCount).Where(_ => random.Next(2) == 0).OrderBy(_ => random.Next())];
                await Cache.GetOrAddManyAsync(ids, static id => $"k:{id}", source, static async (source, missing, _) =>
                {
                    var values = missing.ToDictionary(static id => id, id => Volatile.Read(ref source[id]));
                    await Task.Yield();
                    return values;
                }, default, Token);
            }
        }, Token))];
        var writer = new Random(seed - 1);
        using var keys = new KeyBatch();
        using var values = new ValueBatch();
        for (int round = 0; round < Rounds; round++)
        {
            int id = writer.Next(KeyCount);
            long version = Interlocked.Increment(ref source[id]);
            keys.Clear();
            keys.Add($"k:{id}");
            Cache.RemoveMany(keys);
            if (Cache.TryGetMany(keys, values) == 1)
                Assert.True(values.TryGet(0, out long kept) && kept == version, $"seed {seed}, round {round}: an older value is there after the removal");
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    /// <summary>A load of tenfold ids, 13 without a value, that waits at the gate.</summary>
    private Task<IReadOnlyDictionary<int, int>> Held(int[] ids, TaskCompletionSource? gate, CancellationToken cancellationToken = default, TaskCompletionSource<CancellationToken>? token = null, EntryPolicy? policy = null) =>
        Cache.GetOrAddManyAsync(
            ids,
            static id => $"k:{id}",
            (gate, token),
            static async (state, missing, load) =>
            {
                state.token?.SetResult(load.CancellationToken);
                if (state.gate is not null)
                    await state.gate.Task;
                return missing.Where(static id => id != 13).ToDictionary(static id => id, static id => id * 10);
            },
            new EntryOptions { Policy = policy },
            cancellationToken).AsTask();
}
