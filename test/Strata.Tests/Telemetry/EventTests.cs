using System.Collections.Concurrent;
using System.Text;
using Strata.Engine.Removals;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Telemetry;
using Xunit;

namespace Strata.Tests.Telemetry;

public sealed class EventTests : TelemetryFixture
{
    private readonly Recorder _events = new();

    [Fact]
    public void Loads_OfEveryEnd_AreTold()
    {
        TieredCache cache = Create(options => options.Events = _events);
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(1), StaleGrace = TimeSpan.FromHours(1), NegativeTtl = TimeSpan.FromHours(1) };
        cache.GetOrAdd("a", Time, static (time, _) => After(time, 1), policy);
        cache.GetOrAdd("none", static load => load.Nothing<int>(), policy);
        Time.Advance(TimeSpan.FromSeconds(2));
        cache.GetOrAdd<int>("a", static _ => throw new IOException(), policy);
        Assert.Throws<IOException>(() => cache.GetOrAdd<int>("b", static _ => throw new IOException(), policy));
        Assert.Equal(["Loaded a 1", "Loaded none 0", "NegativeStored none", "LoadFailed a IOException", "StaleServed a", "LoadFailed b IOException"], _events.Told);
    }

    [Fact]
    public void Hits_MissesAndWrites_AreNotTold()
    {
        TieredCache cache = Create(options => options.Events = _events);
        cache.Set("k", 1);
        cache.TryGet("k", out int _);
        cache.TryGet("missing", out int _);
        Assert.Empty(_events.Told);
    }

    [Fact]
    public async Task Load_ThatTimesOut_IsToldBeforeItsFailure()
    {
        TieredCache cache = Create(options => options.Events = _events);
        var policy = new EntryPolicy { HardDeadline = TimeSpan.FromSeconds(2) };
        Task<int> load = cache.GetOrAddAsync("k", static async load => await Never(load.CancellationToken), policy).AsTask();
        Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => load);
        await UntilAsync(() => _events.Told.Count == 2);
        Assert.Equal(["LoadTimedOut k 2"], _events.Told.Where(static told => told.StartsWith("LoadTimedOut", StringComparison.Ordinal)));
        Assert.Contains("LoadFailed k TaskCanceledException", _events.Told);
    }

    [Fact]
    public async Task Refresh_InTheBackground_IsTold()
    {
        TieredCache cache = Create(options => options.Events = _events);
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(10), EagerRefresh = 0.5 };
        cache.GetOrAdd("k", static _ => 1, policy);
        Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, cache.GetOrAdd("k", static _ => 2, policy));
        await UntilAsync(() => _events.Told.Count == 2);
        Assert.Equal(["Loaded k 0", "Refreshed k 0"], _events.Told);
        Assert.Equal(2, cache.GetOrAdd("k", static _ => 3, policy));
    }

    [Fact]
    public async Task StaleServed_ToACallerThatJoined_IsTold()
    {
        TieredCache cache = Create(options => options.Events = _events);
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(1), StaleGrace = TimeSpan.FromHours(1) };
        cache.GetOrAdd("k", static _ => 1, policy);
        Time.Advance(TimeSpan.FromSeconds(2));
        var hold = new TaskCompletionSource<int>();
        Task<int> leads = cache.GetOrAddAsync("k", hold, static (hold, _) => new ValueTask<int>(hold.Task), policy).AsTask();
        Task<int> joins = cache.GetOrAddAsync("k", hold, static (hold, _) => new ValueTask<int>(hold.Task), policy).AsTask();
        hold.SetException(new IOException());
        Assert.Equal(1, await leads);
        Assert.Equal(1, await joins);
        Assert.Equal(["Loaded k 0", "LoadFailed k IOException", "StaleServed k", "StaleServed k"], _events.Told);
        Assert.Equal(2, cache.GetStatistics().StaleServed);
    }

    [Fact]
    public void Removals_OfEveryReason_AreToldInOrder()
    {
        TieredCache cache = Create(options => options.Events = _events);
        cache.Set("k", 1, TimeSpan.FromSeconds(1));
        cache.Set("k", 2);
        cache.Remove("k");
        cache.Set("e", 1, TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromSeconds(2));
        cache.Set("e", 1);
        cache.Clear();
        cache.Dispose();
        Assert.Equal(["Removed k Replaced", "Removed k Removed"], _events.Told.Where(static told => told.Contains(" k ", StringComparison.Ordinal)));
        Assert.Contains("Removed e Expired", _events.Told);
        Assert.Contains("Removed  Cleared", _events.Told);
    }

    [Fact]
    public void Invalidation_OfATag_IsToldAndItsSweepLogged()
    {
        TieredCache cache = Create(options => options.Events = _events);
        cache.Set("SECRET", 1, new EntryOptions { Tags = ["tag"] });
        cache.RemoveByTag("tag");
        Assert.Equal(["Invalidated AnyTag"], _events.Told);
        while (Log.Messages.IsEmpty)
            cache.Maintain();
        CollectedLog.Message message = Assert.Single(Log.Messages);
        Assert.Equal(11, message.Id.Id);
        Assert.Contains("RemovedEntries=1", message.Parts, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalidation_WithATierBehind_IsCountedThere()
    {
        TieredCache cache = Create(options => options.Events = _events, hasTier: true);
        await cache.RemoveByPrefixAsync("k");
        Assert.Equal(["Invalidated Prefix"], _events.Told);
        Assert.Equal(1, Meters.Sum("strata.cache.tier.requests", ("operation", "invalidate"), ("outcome", "done")));
    }

    [Fact]
    public void Removals_WithAListenerToo_AreToldToBoth()
    {
        int listened = 0;
        TieredCache cache = Create(options =>
        {
            options.Events = new Throwing();
            options.RemovalListener = (in RemovedEntry _) => listened++;
        });
        cache.Set("k", 1);
        cache.Remove("k");
        cache.Dispose();
        Assert.Equal(1, listened);
    }

    [Fact]
    public void Events_ThatSeeNoRemovals_AreNotToldOfThem()
    {
        _events.Sees = false;
        TieredCache cache = Create(options => options.Events = _events);
        cache.Set("k", 1);
        cache.Remove("k");
        cache.Dispose();
        Assert.Empty(_events.Told);
    }

    [Fact]
    public void Listener_ThatThrows_IsCountedAndReachesNoCaller()
    {
        TieredCache cache = Create(static options => options.Events = new Throwing());
        Assert.Equal(1, cache.GetOrAdd("k", static _ => 1));
        Assert.Throws<IOException>(() => cache.GetOrAdd<int>("l", static _ => throw new IOException()));
        Assert.Equal(2, Meters.Sum("strata.cache.listener.failures"));
    }

    [Fact]
    public void Listener_ThatUsesTheCache_MayDoSo()
    {
        Recorder events = new();
        TieredCache cache = Create(options => options.Events = events);
        events.OnLoaded = () => Assert.Equal(5, cache.GetOrAdd("k", static _ => 6));
        Assert.Equal(5, cache.GetOrAdd("k", static _ => 5));
        Assert.Equal(0, Meters.Sum("strata.cache.listener.failures"));
        Assert.Equal(["Loaded k 0"], events.Told);
    }

    private static int After(TestKit.ManualTimeProvider time, int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return seconds;
    }

    private static async Task<int> Never(CancellationToken token)
    {
        await Task.Delay(Timeout.Infinite, token);
        return 0;
    }

    private sealed class Throwing : CacheEvents
    {
        public override void Loaded(ReadOnlySpan<byte> key, TimeSpan elapsed) => throw new InvalidOperationException();

        public override void LoadFailed(ReadOnlySpan<byte> key, Exception exception, bool isRefresh) => throw new InvalidOperationException();

        public override void Removed(in RemovedEntry entry) => throw new InvalidOperationException();
    }

    private sealed class Recorder : CacheEvents
    {
        public ConcurrentQueue<string> Told { get; } = [];

        public Action? OnLoaded { get; set; }

        public bool Sees { get; set; } = true;

        public override bool SeesRemovals => Sees;

        public override void Loaded(ReadOnlySpan<byte> key, TimeSpan elapsed)
        {
            Tell("Loaded", key, $" {elapsed.TotalSeconds}");
            OnLoaded?.Invoke();
        }

        public override void Refreshed(ReadOnlySpan<byte> key, TimeSpan elapsed) => Tell("Refreshed", key, $" {elapsed.TotalSeconds}");

        public override void LoadFailed(ReadOnlySpan<byte> key, Exception exception, bool isRefresh) => Tell("LoadFailed", key, $" {exception.GetType().Name}");

        public override void LoadTimedOut(ReadOnlySpan<byte> key, TimeSpan deadline) => Tell("LoadTimedOut", key, $" {deadline.TotalSeconds}");

        public override void StaleServed(ReadOnlySpan<byte> key) => Tell("StaleServed", key, "");

        public override void NegativeStored(ReadOnlySpan<byte> key) => Tell("NegativeStored", key, "");

        public override void Invalidated(InvalidationRule rule) => Told.Enqueue($"Invalidated {rule.Kind}");

        public override void Removed(in RemovedEntry entry) => Tell("Removed", entry.Key, $" {entry.Reason}");

        private void Tell(string what, ReadOnlySpan<byte> key, string more) => Told.Enqueue($"{what} {Encoding.UTF8.GetString(key)}{more}");
    }
}
