using Strata.Entries;
using Strata.Flights;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Flights;

/// <summary>One node loads for all, as long as it can.</summary>
public sealed class ClusterLeaseTests : IDisposable
{
    private static readonly EntryPolicy s_policy = new() { ClusterLease = TimeSpan.FromSeconds(10), Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(1) };

    private readonly ManualTimeProvider _time = new();
    private readonly FaultyTier _shared;
    private readonly InProcessFlightLeases _leases;
    private readonly TieredCache _a;
    private readonly TieredCache _b;
    private int _loads;

    public ClusterLeaseTests()
    {
        _shared = new FaultyTier(_time);
        _leases = new InProcessFlightLeases(_time);
        _a = Create(_leases);
        _b = Create(_leases);
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_OfTwoNodesAtOnce_LoadsOnce()
    {
        var source = new TaskCompletionSource<int>();
        Task<int> first = Ask(_a, source.Task);
        Task<int> second = Ask(_b, Task.FromResult(2));
        await AdvanceUntilAsync(() => _b.GetStatistics().LeaseWaits > 3);
        Assert.False(second.IsCompleted);
        source.SetResult(1);
        Assert.Equal(1, await first);
        await AdvanceUntilAsync(() => second.IsCompleted);
        Assert.Equal((1, 1), (await second, _loads));
        Assert.Equal(LeaseStatus.Acquired, await _leases.TryAcquireAsync("k"u8.ToArray(), 1, TimeSpan.FromSeconds(1)));
    }

    [Fact(Timeout = 30_000)]
    public void GetOrAdd_ThatBlocks_WaitsForTheOtherNode()
    {
        using var fromB = new ManualResetEventSlim();
        int second = 0;
        var thread = new Thread(() => second = _b.GetOrAdd("k", 0, static (_, _) => -1, s_policy));
        int first = _a.GetOrAdd("k", 0, (_, _) =>
        {
            thread.Start();
            Assert.True(SpinWait.SpinUntil(() => _b.GetStatistics().LeaseWaits > 0, TimeSpan.FromSeconds(30)));
            return 1;
        }, s_policy);
        while (!thread.Join(1))
            _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal((1, 1), (first, second));
    }

    /// <summary>The holder may be gone, or hang.</summary>
    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhileTheHolderHangs_LoadsWhenTheLeaseEnds()
    {
        _ = Ask(_a, new TaskCompletionSource<int>().Task);
        Task<int> second = Ask(_b, Task.FromResult(2));
        await AdvanceUntilAsync(() => second.IsCompleted);
        Assert.Equal(2, await second);
        Assert.True(_time.GetElapsedTime(0) >= TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhenLeasesFail_LoadsAllTheSame()
    {
        using TieredCache failing = Create(new FakeLeases(LeaseStatus.Faulted));
        Assert.Equal(1, await Ask(failing, Task.FromResult(1)));
        using TieredCache throwing = Create(new FakeLeases(null));
        _shared.ReadFault = TierReadStatus.Faulted;
        Assert.Equal(2, await Ask(throwing, Task.FromResult(2)));
        Assert.Equal((1, 1), (failing.GetStatistics().LeaseFaults, throwing.GetStatistics().LeaseFaults));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WithAStaleValueWhileAnotherNodeLoads_ServesThatAtOnce()
    {
        Assert.Equal(1, await Ask(_b, Task.FromResult(1)));
        _time.Advance(TimeSpan.FromSeconds(61));
        _ = Ask(_a, new TaskCompletionSource<int>().Task);
        Assert.Equal(1, await Ask(_b, Task.FromResult(2)));
        Assert.Equal(1, _b.GetStatistics().StaleServed);
    }

    /// <summary>The node before has loaded and given its lease back after this one had looked into the shared tier.</summary>
    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhenTheValueCameJustBeforeTheLease_DoesNotLoad()
    {
        using TieredCache late = Create(new FakeLeases(LeaseStatus.Acquired, () => _a.Set("k", 1)));
        Assert.Equal(1, await Ask(late, Task.FromResult(2)));
        Assert.Equal(0, _loads);
    }

    /// <summary>The same, and then the shared tier fails, or its breaker is open, for a moment.</summary>
    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhenTheSharedTierCannotTellForAMoment_DoesNotLoadWhatItHas()
    {
        using TieredCache late = Create(new FakeLeases(LeaseStatus.Acquired, () =>
        {
            _a.Set("k", 1);
            _shared.ReadFault = TierReadStatus.Faulted;
        }));
        Task<int> read = Ask(late, Task.FromResult(2));
        TimeSpan start = _time.GetElapsedTime(0);
        await AdvanceUntilAsync(() => _time.GetElapsedTime(0) - start > TimeSpan.FromMilliseconds(700));
        Assert.False(read.IsCompleted);
        _shared.ReadFault = null;
        await AdvanceUntilAsync(() => read.IsCompleted);
        Assert.Equal((1, 0), (await read, _loads));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhenTheSharedTierCannotTellForLong_Loads()
    {
        using TieredCache late = Create(new FakeLeases(LeaseStatus.Acquired, () => _shared.ReadFault = TierReadStatus.Faulted));
        Task<int> read = Ask(late, Task.FromResult(2));
        TimeSpan start = _time.GetElapsedTime(0);
        await AdvanceUntilAsync(() => read.IsCompleted);
        Assert.Equal((2, 1), (await read, _loads));
        Assert.InRange(_time.GetElapsedTime(0) - start, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        // The next one does not wait: the clock stands still.
        Assert.Equal(3, await late.GetOrAddAsync("other", static _ => ValueTask.FromResult(3), s_policy));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhoseCallerGoesWhileTheLeaseIsAskedFor_GivesItBack()
    {
        using var caller = new CancellationTokenSource();
        var leases = new SlowLeases(caller);
        using TieredCache cache = Create(leases);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cache.GetOrAddAsync("k", 1, static (value, _) => ValueTask.FromResult(value), s_policy, caller.Token).AsTask());
        Assert.Equal(await leases.Asked.Task, await leases.Released.Task);
    }

    /// <summary>The answer was lost, not the question.</summary>
    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_WhenTheAnswerOfTheLeaseIsLost_GivesItBack()
    {
        UInt128? released = null;
        using TieredCache failing = Create(new FakeLeases(LeaseStatus.Faulted, released: token => released = token));
        Assert.Equal(1, await Ask(failing, Task.FromResult(1)));
        await AdvanceUntilAsync(() => released is not null);
    }

    /// <summary>What is to be renewed is still in the shared tier.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Refresh_WithTheLease_Loads()
    {
        EntryPolicy eager = s_policy with { EagerRefresh = 0.5 };
        _a.GetOrAdd("k", 0, static (_, _) => 1, eager);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(1, _a.GetOrAdd("k", 0, static (_, _) => 2, eager));
        await AdvanceUntilAsync(() => _a.TryGet("k", out int value) && value == 2);
    }

    [Fact]
    public async Task Release_WithAnotherToken_LeavesTheLease()
    {
        byte[] key = [1];
        Assert.Equal(LeaseStatus.Acquired, await _leases.TryAcquireAsync(key, 1, TimeSpan.FromSeconds(1)));
        await _leases.ReleaseAsync(key, 2);
        Assert.Equal(LeaseStatus.Held, await _leases.TryAcquireAsync(key, 2, TimeSpan.FromSeconds(1)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LeaseStatus.Acquired, await _leases.TryAcquireAsync(key, 2, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void ClusterLease_OutsideItsBounds_IsRefused() =>
        Assert.Contains(nameof(EntryPolicy.ClusterLease), Assert.Throws<ArgumentOutOfRangeException>(() => new EntryPolicy { ClusterLease = TimeSpan.Zero }).Message);

    private TieredCache Create(IFlightLeases leases)
    {
        var options = new TieredCacheOptions { CapacityBytes = 1 << 20, TimeProvider = _time, BackgroundMaintenance = false, FlightLeases = leases };
        options.Tiers.Add(_shared);
        return new TieredCache(options);
    }

    private Task<int> Ask(TieredCache cache, Task<int> source) => cache.GetOrAddAsync("k", (this, source), static async (state, _) =>
    {
        Interlocked.Increment(ref state.Item1._loads);
        return await state.source;
    }, s_policy).AsTask();

    /// <summary>Moves the clock as long as something waits for it.</summary>
    private async Task AdvanceUntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Leases of a place that answers as it is told; <c>null</c> throws.</summary>
    private sealed class FakeLeases(LeaseStatus? status, Action? asked = null, Action<UInt128>? released = null) : IFlightLeases
    {
        public ValueTask<LeaseStatus> TryAcquireAsync(ReadOnlyMemory<byte> key, UInt128 token, TimeSpan time, CancellationToken cancellationToken = default)
        {
            asked?.Invoke();
            return new(status ?? throw new InvalidOperationException("The place of the leases is broken."));
        }

        public ValueTask ReleaseAsync(ReadOnlyMemory<byte> key, UInt128 token)
        {
            released?.Invoke(token);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Leases that are given, while the answer comes when nobody waits for it any more.</summary>
    private sealed class SlowLeases(CancellationTokenSource caller) : IFlightLeases
    {
        public TaskCompletionSource<UInt128> Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<UInt128> Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async ValueTask<LeaseStatus> TryAcquireAsync(ReadOnlyMemory<byte> key, UInt128 token, TimeSpan time, CancellationToken cancellationToken = default)
        {
            Asked.SetResult(token);
            await Task.Yield();
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return LeaseStatus.Acquired;
        }

        public ValueTask ReleaseAsync(ReadOnlyMemory<byte> key, UInt128 token)
        {
            Released.SetResult(token);
            return ValueTask.CompletedTask;
        }
    }
}
