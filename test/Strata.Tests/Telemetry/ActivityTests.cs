using System.Collections.Concurrent;
using System.Diagnostics;
using Strata.Entries;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Telemetry;

public sealed class ActivityTests : TelemetryFixture
{
    private static readonly ActivitySource s_caller = new("Strata.Tests.Caller");
    private static readonly AsyncLocal<string?> s_flows = new();

    private readonly ConcurrentQueue<Activity> _stopped = [];

    [Fact]
    public async Task Load_OfACaller_IsAChildOfTheCallersActivity()
    {
        TieredCache cache = Create();
        using ActivityListener listener = Listen();
        using Activity? caller = s_caller.StartActivity("caller");
        s_flows.Value = "flows";
        Activity? inside = null;
        string? flown = null;
        int value = await cache.GetOrAddAsync("k", async _ =>
        {
            await Task.Yield();
            (inside, flown) = (Activity.Current, s_flows.Value);
            return 5;
        });

        Assert.Equal(5, value);
        Activity load = Assert.Single(Loads());
        Assert.Same(load, inside);
        Assert.Equal("flows", flown);
        Assert.Same(caller, load.Parent);
        Assert.Same(caller, Activity.Current);
        Assert.Equal("loaded", load.GetTagItem("outcome"));
        Assert.Equal(false, load.GetTagItem("stale"));
        Assert.Equal(false, load.GetTagItem("refresh"));
        Assert.Equal(ActivityStatusCode.Unset, load.Status);
    }

    [Fact]
    public void Load_BySynchronousCall_IsAChildAndEndsWithTheFactory()
    {
        TieredCache cache = Create();
        using ActivityListener listener = Listen();
        using Activity? caller = s_caller.StartActivity("caller");
        cache.GetOrAdd("k", static _ => 5);
        Assert.Same(caller, Assert.Single(Loads()).Parent);
        Assert.Same(caller, Activity.Current);
    }

    [Fact]
    public void Load_ThatFails_HasAnErrorAndNoText()
    {
        TieredCache cache = Create();
        using ActivityListener listener = Listen();
        var policy = new EntryPolicy { Ttl = TimeSpan.FromSeconds(1), StaleGrace = TimeSpan.FromHours(1) };
        cache.GetOrAdd("SECRET", static _ => "SECRET", policy);
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("SECRET", cache.GetOrAdd("SECRET", static _ => Throw("SECRET"), policy));

        Activity load = Assert.Single(Loads(), static load => load.Status == ActivityStatusCode.Error);
        Assert.Equal("failed", load.GetTagItem("outcome"));
        Assert.Equal(true, load.GetTagItem("stale"));
        Assert.Equal("System.IO.IOException", load.GetTagItem("error.type"));
        Assert.DoesNotContain(_stopped.SelectMany(static one => one.TagObjects.Select(static tag => $"{tag.Value}").Append(one.StatusDescription ?? "").Append(one.DisplayName)), static text => text.Contains("SECRET", StringComparison.Ordinal));
        Assert.All(_stopped, static one => Assert.Empty(one.Events));
    }

    [Fact]
    public void Hit_WithAListener_HasNoActivity()
    {
        TieredCache cache = Create();
        cache.Set("k", 1);
        using ActivityListener listener = Listen();
        Assert.True(cache.TryGet("k", out int _));
        Assert.Equal(1, cache.GetOrAdd("k", static _ => 2));
        Assert.False(cache.TryGet("missing", out int _));
        Assert.Empty(Own());
    }

    [Fact]
    public async Task Tiers_OfACall_EachHaveAnActivity()
    {
        TieredCache cache = Create(hasTier: true);
        using ActivityListener listener = Listen();
        using Activity? caller = s_caller.StartActivity("caller");
        await cache.GetOrAddAsync("k", static _ => ValueTask.FromResult(1));
        await cache.RemoveAsync("k");
        await cache.ClearAsync();
        Behind.ReadFault = TierReadStatus.Faulted;
        await cache.TryGetAsync<int>("k");

        Assert.Equal(["strata.tier.get", "strata.load", "strata.tier.set", "strata.tier.remove", "strata.tier.clear", "strata.tier.get"], Own().Select(static one => one.OperationName));
        Assert.All(Own(), one => Assert.Same(caller, one.Parent));
        Activity[] tiers = [.. Own().Where(static one => one.OperationName != "strata.load")];
        Assert.All(tiers, static one => Assert.Equal("behind", one.GetTagItem("tier")));
        Assert.Equal(["miss", "done", "done", "done", "fault"], tiers.Select(static one => (string)one.GetTagItem("outcome")!));
        Assert.Equal([0, 0, 0, 0, ActivityStatusCode.Error], tiers.Select(static one => one.Status));
    }

    private static string Throw(string text) => throw new IOException(text);

    private ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Strata" or "Strata.Tests.Caller",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private Activity[] Own() => [.. _stopped.Where(one => Name.Equals(one.GetTagItem("dotnet.cache.name")))];

    private Activity[] Loads() => Array.FindAll(Own(), static one => one.OperationName == "strata.load");
}
