using System.Buffers;
using Strata.Entries;
using Strata.Keys;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests.Invalidation;

/// <summary>An invalidation during a load wins, also when the tags become known only at the load's end.</summary>
public sealed class InvalidationDuringLoadsTests : CacheFixture
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 30_000)]
    public Task RemoveByPrefix_DuringALoad_Wins() => AssertOvertakenAsync(() => Cache.RemoveByPrefix("ns:"));

    [Fact(Timeout = 30_000)]
    public Task RemoveByPattern_DuringALoad_Wins() => AssertOvertakenAsync(() => Cache.RemoveByPattern("?s:*"));

    [Fact(Timeout = 30_000)]
    public Task Clear_OfANamespaceDuringALoad_Wins() => AssertOvertakenAsync(() => Cache.Clear(new CacheNamespace("ns")));

    [Fact(Timeout = 30_000)]
    public Task RemoveByTag_DuringALoad_Wins() => AssertNotKeptAsync(() => Cache.RemoveByTag("late"));

    [Fact(Timeout = 30_000)]
    public Task RemoveByTag_WithAnOlderSweepInBetween_Wins() => AssertNotKeptAsync(() =>
    {
        Cache.RemoveByTag("late");
        Cache.Maintain();
        Cache.RemoveByTag("other");
    });

    [Fact(Timeout = 30_000)]
    public Task RemoveByAnyTag_DuringALoad_Wins() => AssertNotKeptAsync(() => Cache.RemoveByAnyTag("other", "later"));

    [Fact(Timeout = 30_000)]
    public Task RemoveByAllTags_DuringALoad_Wins() => AssertNotKeptAsync(() => Cache.RemoveByAllTags("late", "later"));

    [Fact(Timeout = 30_000)]
    public Task RemoveByTag_OfTagsThatTheCallerGave_Wins() => AssertNotKeptAsync(() => Cache.RemoveByTag("given"));

    [Fact(Timeout = 30_000)]
    public Task RemoveByTag_AfterVeryManyOthers_Wins() => AssertNotKeptAsync(() =>
    {
        for (int i = 0; i < 1_000; i++)
            Cache.RemoveByTag($"other {i}");
        Cache.RemoveByTag("late");
    });

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Invalidation_OfOthersDuringALoad_ChangesNothing(bool sweeps)
    {
        Task<int> load = LoadAsync(1);
        Cache.RemoveByTag("other");
        Cache.RemoveByAllTags("late", "other");
        Cache.RemoveByPrefix("other");
        Cache.RemoveByPattern("?s");
        if (sweeps)
            Cache.Maintain();
        _gate.SetResult();
        Assert.Equal(1, await load);
        Assert.True(Cache.TryGet("ns:k", out int _));
        Cache.Maintain();
        Assert.True(Cache.TryGet("ns:k", out int _));
        Assert.Equal(0, Cache.GetStatistics().LoadsNotKept);
        Cache.RemoveByTag("later");
        Assert.False(Cache.TryGet("ns:k", out int _));
    }

    /// <summary>Who joins after the invalidation is not content with a value from before; who joined before it is.</summary>
    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_ThatJoinsALoadAfterTheInvalidationOfItsTag_LoadsAnew()
    {
        Task<int> leader = LoadAsync(1);
        Task<int> before = Cache.GetOrAddAsync("ns:k", static _ => ValueTask.FromResult(8), Late, Token).AsTask();
        Cache.RemoveByTag("late");
        Task<int> after = Cache.GetOrAddAsync("ns:k", static _ => ValueTask.FromResult(2), Late, Token).AsTask();
        Task<int> blocked = Task.Run(() => Cache.GetOrAdd("ns:k", static _ => 2, Late), Token);
        await UntilAsync(() => Cache.GetStatistics().JoinedLoads == 3);
        _gate.SetResult();
        Assert.Equal((1, 1, 2, 2), (await leader, await before, await after, await blocked));
        Assert.True(Cache.TryGet("ns:k", out int kept));
        Assert.Equal(2, kept);
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_ThatJoinsALoadAfterAnotherInvalidation_TakesItsValue()
    {
        Task<int> leader = LoadAsync(1);
        Cache.RemoveByTag("other");
        Task<int> after = Cache.GetOrAddAsync("ns:k", static _ => ValueTask.FromResult(2), Late, Token).AsTask();
        Cache.RemoveByTag("late");
        _gate.SetResult();
        Assert.Equal((1, 1), (await leader, await after));
        Assert.False(Cache.TryGet("ns:k", out int _));
    }

    /// <summary>The stale value of the key is invalidated too: who comes later waits for the load instead of getting it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task GetOrAdd_AfterTheInvalidationOfAStaleValueThatIsBeingLoaded_IsNotServedIt()
    {
        var options = new EntryOptions { Policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromHours(1), SoftDeadline = TimeSpan.FromSeconds(1) }, Tags = ["late"] };
        Cache.GetOrAdd("ns:k", static _ => 1, options);
        Time.Advance(TimeSpan.FromMinutes(2));
        Task<int> leader = Cache.GetOrAddAsync("ns:k", _gate.Task, static async (gate, _) =>
        {
            await gate;
            return await Task.FromException<int>(new IOException());
        }, options, Token).AsTask();
        Cache.RemoveByTag("late");
        Task<int> after = Cache.GetOrAddAsync("ns:k", static _ => ValueTask.FromResult(2), options, Token).AsTask();
        await UntilAsync(() => Cache.GetStatistics().JoinedLoads == 1);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await leader);
        Assert.False(after.IsCompleted);
        _gate.SetResult();
        Assert.Equal(2, await after);
    }

    /// <summary>A value is invalidated after it was read and before its refresh begins: neither the factory nor those who join the refresh are offered it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Refresh_OfAValueThatIsInvalidatedJustBefore_IsOfferedNoFormerValue()
    {
        var options = new EntryOptions { Policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), EagerRefresh = 0.5 }, Tags = ["late"] };
        var serializer = new Meddling(() => Cache.RemoveByTag("late"));
        var offered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Cache.Set("ns:k", 1, serializer, options);
        Time.Advance(TimeSpan.FromSeconds(40));
        Cache.GetOrAdd("ns:k", offered, static (offered, load) =>
        {
            offered.TrySetResult(load.HasStale);
            return 2;
        }, serializer, options);
        Assert.False(await offered.Task);
    }

    private static EntryOptions Late => new() { Tags = ["late", "later"] };

    /// <summary>Later callers do not even wait for a load that a rule over keys has overtaken.</summary>
    private async Task AssertOvertakenAsync(Action invalidate)
    {
        Task<int> load = LoadAsync(1);
        invalidate();
        Assert.Equal(2, Cache.GetOrAdd("ns:k", static _ => 2));
        _gate.SetResult();
        Assert.Equal(1, await load);
        Assert.True(Cache.TryGet("ns:k", out int kept));
        Assert.Equal(2, kept);
        Cache.Maintain();
        Assert.True(Cache.TryGet("ns:k", out kept));
        Assert.Equal(2, kept);
        Assert.Equal(1, Cache.GetStatistics().LoadsNotKept);
    }

    private async Task AssertNotKeptAsync(Action invalidate)
    {
        Task<int> load = LoadAsync(1);
        Task<int> joined = Cache.GetOrAddAsync("ns:k", static _ => ValueTask.FromResult(0)).AsTask();
        invalidate();

        // With nothing pending any more, only the flight itself can know.
        Cache.Maintain();
        _gate.SetResult();
        Assert.Equal((1, 1), (await load, await joined));
        Assert.False(Cache.TryGet("ns:k", out int _));
        Assert.Equal(1, Cache.GetStatistics().LoadsNotKept);
        Assert.Equal(5, Cache.GetOrAdd("ns:k", static _ => 5));
        Assert.True(Cache.TryGet("ns:k", out int _));
    }

    private Task<int> LoadAsync(int value) => Cache.GetOrAddAsync("ns:k", (_gate, value), static async (s, load) =>
    {
        await s._gate.Task;
        load.Options = load.Options with { Tags = [.. load.Options.Tags, "late", "later"] };
        return s.value;
    }, new EntryOptions { Tags = ["given"] }, Token).AsTask();

    /// <summary>Does something whenever a value is read.</summary>
    private sealed class Meddling(Action meddle) : IPayloadSerializer<int>
    {
        public void Write(int value, IBufferWriter<byte> destination) => destination.Write([(byte)value]);

        public bool TryRead(in ReadOnlySequence<byte> payload, out int value)
        {
            value = payload.FirstSpan[0];
            meddle();
            return true;
        }
    }
}
