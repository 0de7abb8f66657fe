using Strata.Payloads;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class RefreshTests : CacheFixture
{
    private static readonly EntryPolicy Eager = new() { Ttl = TimeSpan.FromMinutes(10), EagerRefresh = 0.5, RetryDelay = TimeSpan.FromSeconds(5) };
    private int _loads;

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_PastRefreshTime_AnswersAtOnceAndRenewsInTheBackground()
    {
        Assert.Equal(1, Load());
        Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, Load());
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, Load());
        await UntilAsync(() => Cache.TryGet("k", out int value) && value == 2);
        Assert.Equal(2, Load());
        Assert.Equal((1, 2), (Cache.GetStatistics().Refreshes, Cache.GetStatistics().Loads));

        // The new value has its whole life before it.
        Time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(2, Load());
        Assert.Equal(2, _loads);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_ManyPastRefreshTime_StartOneRefresh()
    {
        var gate = new TaskCompletionSource<int>();
        await Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(1), Eager);
        Time.Advance(TimeSpan.FromMinutes(6));
        for (int i = 0; i < 100; i++)
            Assert.Equal(1, await Cache.GetOrAddAsync("k", _ => new ValueTask<int>(gate.Task), Eager));
        gate.SetResult(2);
        await UntilAsync(() => Cache.TryGet("k", out int value) && value == 2);
        Assert.Equal(1, Cache.GetStatistics().Refreshes);
    }

    [Fact(Timeout = 30_000)]
    public async Task Refresh_ThatFails_LeavesTheValueAndWaitsForTheNextTry()
    {
        Assert.Equal(1, Load());
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Eager));
        await UntilAsync(() => Cache.GetStatistics() is { LoadFailures: 1, LoadsInFlight: 0 });
        await Task.Delay(50, Token);
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Eager));
        Assert.Equal(1, Cache.GetStatistics().Refreshes);
        Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, Load());
        await UntilAsync(() => Cache.TryGet("k", out int value) && value == 2);
    }

    [Fact(Timeout = 30_000)]
    public async Task Refresh_OvertakenByAWrite_IsNotKept()
    {
        var gate = new TaskCompletionSource<int>();
        Cache.Set("k", 1, Eager);
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(1, await Cache.GetOrAddAsync("k", _ => new ValueTask<int>(gate.Task), Eager));
        await UntilAsync(() => Cache.GetStatistics().Loads == 1);
        Cache.Set("k", 7, Eager);
        gate.SetResult(2);
        await UntilAsync(() => Cache.GetStatistics().LoadsNotKept == 1);
        Assert.True(Cache.TryGet("k", out int kept));
        Assert.Equal(7, kept);
    }

    [Fact(Timeout = 30_000)]
    public async Task Factory_OfARefresh_SeesTheFormerValue()
    {
        Cache.Set("k", 41, Eager);
        Time.Advance(TimeSpan.FromMinutes(6));
        Cache.GetOrAdd("k", static load => load.IsRefresh && load.TryGetStale(out int former) ? former + 1 : 0, Eager);
        await UntilAsync(() => Cache.TryGet("k", out int value) && value == 42);
    }

    [Fact(Timeout = 30_000)]
    public async Task ProbabilisticRefresh_NearTheEndOfASlowlyLoadedValue_Happens()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(10), ProbabilisticRefresh = 1 };
        Cache.GetOrAdd("k", Time, static (time, _) =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return 1;
        }, policy);

        // Ten load times before the end a refresh is one in twenty thousand; at a hundredth of one it is ninety-nine in a hundred.
        Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(0.5));
        for (int i = 0; i < 20 && Cache.GetStatistics().Refreshes == 0; i++)
            Cache.GetOrAdd("k", static _ => 2, policy);
        Assert.Equal(1, Cache.GetStatistics().Refreshes);
        await UntilAsync(() => Cache.TryGet("k", out int value) && value == 2);
    }

    [Fact]
    public void ProbabilisticRefresh_FarFromTheEnd_DoesNotHappen()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(10), ProbabilisticRefresh = 1 };
        Cache.GetOrAdd("k", static _ => 1, policy);
        Time.Advance(TimeSpan.FromMinutes(9));
        for (int i = 0; i < 1000; i++)
            Assert.Equal(1, Cache.GetOrAdd("k", static _ => 2, policy));
        Assert.Equal(0, Cache.GetStatistics().Refreshes);
    }

    private int Load() => Cache.GetOrAdd("k", this, static (self, _) => Interlocked.Increment(ref self._loads), Eager);

    [Fact(Timeout = 30_000)]
    public async Task Refresh_OfAValueRemovedWhileItWasRead_OffersItToNobody()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(100), EagerRefresh = 0.5, StaleGrace = TimeSpan.FromSeconds(100), SoftDeadline = TimeSpan.FromMilliseconds(50) };
        Cache.Set("k", "old", policy);
        Time.Advance(TimeSpan.FromSeconds(60));
        var never = new TaskCompletionSource<string>();
        var serializer = new HookedText(() => Cache.Remove("k"));
        Assert.Equal("old", await Cache.GetOrAddAsync("k", _ => new ValueTask<string>(never.Task), serializer, policy));

        // The removal has returned: whoever asks now must not get what was removed, at no deadline.
        Task<string> late = Cache.GetOrAddAsync("k", static _ => new ValueTask<string>("new"), PayloadSerializer.Utf8, policy).AsTask();
        await UntilAsync(() => Cache.GetStatistics().JoinedLoads > 0 || late.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(1));
        never.SetResult("loaded");
        Assert.NotEqual("old", await late);
    }

    [Fact(Timeout = 30_000)]
    public async Task Refresh_ThatFailsNearTheEnd_MakesNothingLiveLonger()
    {
        var policy = new EntryPolicy { AdaptiveTtl = new AdaptiveTtl(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), EagerRefresh = 0.9, RetryDelay = TimeSpan.FromSeconds(8) };
        Assert.Equal(1, Cache.GetOrAdd("k", static _ => 1, policy));
        Time.Advance(TimeSpan.FromSeconds(9.5));
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
        await UntilAsync(() => Cache.GetStatistics() is { LoadFailures: 1, LoadsInFlight: 0 });
        await Task.Delay(50, Token);
        Time.Advance(TimeSpan.FromSeconds(5.5));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task Refresh_OfAnAdaptiveLifeWithoutGrace_OffersNothingBeyondItsEnd()
    {
        var policy = new EntryPolicy { AdaptiveTtl = new AdaptiveTtl(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)), EagerRefresh = 0.5, SoftDeadline = TimeSpan.FromMilliseconds(50) };
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Cache.GetOrAdd("k", static _ => 1, policy);
        Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await Cache.GetOrAddAsync("k", _ => new ValueTask<int>(gate.Task), policy));
        await UntilAsync(() => Cache.GetStatistics().Loads == 2);
        Time.Advance(TimeSpan.FromSeconds(5));
        Task<int> late = Cache.GetOrAddAsync("k", static _ => new ValueTask<int>(3), policy).AsTask();
        Time.Advance(TimeSpan.FromSeconds(1));
        gate.SetResult(2);
        Assert.Equal(2, await late);
    }

    /// <summary>Text whose first reading does something else on its way.</summary>
    private sealed class HookedText(Action hook) : IPayloadSerializer<string>
    {
        private Action? _hook = hook;

        public void Write(string value, IBufferWriter<byte> destination) => PayloadSerializer.Utf8.Write(value, destination);

        public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out string value)
        {
            Interlocked.Exchange(ref _hook, null)?.Invoke();
            return PayloadSerializer.Utf8.TryRead(payload, out value);
        }
    }
}
