using System.Buffers;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Flights;

/// <summary>One load per key, however many ask.</summary>
public sealed class SingleFlightTests : CacheFixture
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _loads;

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_OfManyCallers_LoadsOnceAndGivesAllTheValue()
    {
        Task<int>[] callers = [.. Enumerable.Range(0, 100).Select(_ => LoadSlowlyAsync("k"))];
        _gate.SetResult();
        Assert.All(await Task.WhenAll(callers), value => Assert.Equal(7, value));
        Assert.Equal(1, _loads);
        Assert.Equal(99, Cache.GetStatistics().JoinedLoads);
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
        Assert.Equal((0, 100), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfManyThreadsAndKeys_LoadsEachKeyOnce()
    {
        const int keys = 50;
        int[] loads = new int[keys];
        Task[] threads = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < keys; i++)
            {
                Assert.Equal(i, Cache.GetOrAdd($"k{i}", (loads, i), static (s, _) =>
                {
                    Interlocked.Increment(ref s.loads[s.i]);
                    Thread.Yield();
                    return s.i;
                }));
            }
        }))];
        await Task.WhenAll(threads);
        Assert.All(loads, count => Assert.Equal(1, count));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_SynchronousAndAsynchronousCallers_MeetOnOneLoad()
    {
        Task<int> asynchronous = LoadSlowlyAsync("k");
        Task<int> synchronous = Task.Run(() => Cache.GetOrAdd("k", static _ => 0));
        var destination = new ArrayBufferWriter<byte>();
        Task bytes = Task.Run(() => Cache.GetOrAdd("k", destination, 0, static (_, _, _) => { }));
        await UntilAsync(() => Cache.GetStatistics().JoinedLoads == 2);
        _gate.SetResult();
        int[] values = await Task.WhenAll(asynchronous, synchronous);
        Assert.Equal([7, 7], values);
        await bytes;
        Assert.Equal(BitConverter.GetBytes(7), destination.WrittenSpan.ToArray());
        Assert.Equal(1, _loads);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_JoiningASynchronousLoad_WaitsForIt()
    {
        using var inside = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Task<int> leader = Task.Run(() => Cache.GetOrAdd("k", (inside, release), static (s, _) =>
        {
            s.inside.Set();
            s.release.Wait();
            return 7;
        }));
        inside.Wait(Token);
        ValueTask<int> joined = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(0));
        Assert.False(joined.IsCompleted);
        release.Set();
        Assert.Equal(7, await leader);
        Assert.Equal(7, await joined);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_JoiningALoadOfAnotherType_LoadsItsOwn()
    {
        Task<int> number = LoadSlowlyAsync("k");
        Task<long> other = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(8L)).AsTask();
        _gate.SetResult();
        Assert.Equal(7, await number);
        Assert.Equal(8, await other);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhoseLoadFails_TellsAllWhoWaitAndKeepsNothing()
    {
        var failure = new InvalidDataException("no such row");
        Task<int> leader = Cache.GetOrAddAsync("k", (_gate, failure), static async ValueTask<int> (s, _) =>
        {
            await s._gate.Task;
            throw s.failure;
        }).AsTask();
        Task<int> joiner = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(0)).AsTask();
        Task<int> blocked = Task.Run(() => Cache.GetOrAdd("k", static _ => 0));
        await UntilAsync(() => Cache.GetStatistics().JoinedLoads == 2);
        _gate.SetResult();
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => leader));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => joiner));
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidDataException>(() => blocked));
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Equal((1, 1), (Cache.GetStatistics().Loads, Cache.GetStatistics().LoadFailures));
        Assert.Equal(5, Cache.GetOrAdd("k", static _ => 5));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_WhoseJoinerCancels_GoesOnForTheOthers()
    {
        using var impatient = new CancellationTokenSource();
        Task<int> leader = LoadSlowlyAsync("k");
        Task<int> leaver = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(0), default, impatient.Token).AsTask();
        await impatient.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        Assert.Equal(impatient.Token, exception.CancellationToken);
        _gate.SetResult();
        Assert.Equal(7, await leader);
        Assert.True(Cache.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_WhoseLeaderCancels_GoesOnForTheOthers()
    {
        using var impatient = new CancellationTokenSource();
        CancellationToken seen = default;
        Task<int> leader = Cache.GetOrAddAsync("k", async context =>
        {
            seen = context.CancellationToken;
            await _gate.Task;
            return 7;
        }, default, impatient.Token).AsTask();
        Task<int> joiner = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(0)).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.False(seen.IsCancellationRequested);
        _gate.SetResult();
        Assert.Equal(7, await joiner);
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(7, kept);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddAsync_WhenTheLastCallerLeaves_CancelsTheLoadAndFreesTheKey()
    {
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int> leader = Cache.GetOrAddAsync("k", async context =>
        {
            context.CancellationToken.Register(cancelled.SetResult);
            await _gate.Task;
            return 1;
        }, default, first.Token).AsTask();
        Task<int> joiner = Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(0), default, second.Token).AsTask();
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.False(cancelled.Task.IsCompleted);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joiner);
        await cancelled.Task;

        Assert.Equal(2, await Cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(2)));
        _gate.SetResult();
        await UntilAsync(() => Cache.GetStatistics().LoadsNotKept == 1);
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(2, kept);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_SynchronousCallerThatCancelsWhileItWaits_Leaves()
    {
        using var impatient = new CancellationTokenSource();
        Task<int> leader = LoadSlowlyAsync("k");
        Task<int> waiter = Task.Run(() => Cache.GetOrAdd("k", static _ => 0, default, impatient.Token));
        await UntilAsync(() => Cache.GetStatistics().JoinedLoads == 1);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        _gate.SetResult();
        Assert.Equal(7, await leader);
    }

    [Fact(Timeout = 30_000)]
    public void GetOrAdd_SynchronousLeaderThatCancels_TellsItsFactory()
    {
        using var impatient = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Cache.GetOrAdd("k", impatient, static int (source, context) =>
        {
            source.Cancel();
            context.CancellationToken.WaitHandle.WaitOne();
            context.CancellationToken.ThrowIfCancellationRequested();
            return 1;
        }, default, impatient.Token));
        Assert.False(Cache.TryGet("k", out int _));
        Assert.Equal(2, Cache.GetOrAdd("k", static _ => 2));
    }

    private Task<int> LoadSlowlyAsync(string key) => Cache.GetOrAddAsync(key, this, static async (test, _) =>
    {
        Interlocked.Increment(ref test._loads);
        await test._gate.Task;
        return 7;
    }).AsTask();

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_SynchronousLeaderThatCancels_GetsItsOwnToken()
    {
        using var source = new CancellationTokenSource();
        Task<int> call = Task.Run(() => Cache.GetOrAdd("k", static load =>
        {
            load.CancellationToken.WaitHandle.WaitOne();
            load.CancellationToken.ThrowIfCancellationRequested();
            return 1;
        }, default, source.Token));
        await UntilAsync(() => Cache.GetStatistics().LoadsInFlight == 1);
        await source.CancelAsync();
        OperationCanceledException exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(source.Token, exception.CancellationToken);
    }
}
