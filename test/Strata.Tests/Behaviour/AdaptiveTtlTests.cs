using Strata.Entries;
using Xunit;

namespace Strata.Tests.Behaviour;

public sealed class AdaptiveTtlTests : CacheFixture
{
    private static readonly AdaptiveTtl Minutes = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(16));
    private static readonly EntryPolicy Policy = new() { AdaptiveTtl = Minutes };
    private int _value;

    [Fact]
    public void GetOrAdd_ValueThatDoesNotChange_LivesTwiceAsLongEachTime()
    {
        foreach (int minutes in new[] { 1, 2, 4, 8, 16, 16 })
            LoadLives(TimeSpan.FromMinutes(minutes));
    }

    [Fact]
    public void GetOrAdd_ValueThatChanges_LivesHalfAsLong()
    {
        foreach (int minutes in new[] { 1, 2, 4, 8 })
            LoadLives(TimeSpan.FromMinutes(minutes));
        foreach (int minutes in new[] { 4, 2, 1, 1 })
        {
            _value++;
            LoadLives(TimeSpan.FromMinutes(minutes));
        }
    }

    [Fact]
    public void GetOrAdd_ChangeSeenLongAfterTheEnd_DoesNotShortenTheLife()
    {
        foreach (int minutes in new[] { 1, 2, 4 })
            LoadLives(TimeSpan.FromMinutes(minutes));
        Time.Advance(TimeSpan.FromMinutes(3.9));
        _value++;
        LoadLives(TimeSpan.FromMinutes(3.95));
    }

    [Fact]
    public void GetOrAdd_AfterTheFormerValueHasGone_BeginsAnew()
    {
        foreach (int minutes in new[] { 1, 2, 4 })
            LoadLives(TimeSpan.FromMinutes(minutes));
        Time.Advance(TimeSpan.FromMinutes(5));
        LoadLives(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void GetOrAdd_WithoutGrace_NeverServesTheFormerValue()
    {
        LoadLives(TimeSpan.FromMinutes(1));
        Assert.Throws<IOException>(() => Cache.GetOrAdd<int>("k", static _ => throw new IOException(), Policy));
        Assert.False(Cache.GetOrAdd("k", static load => load.HasStale, Policy));
    }

    [Fact]
    public void GetOrAdd_WithGrace_ServesTheFormerValueAndLearns()
    {
        EntryPolicy policy = Policy with { StaleGrace = TimeSpan.FromMinutes(30) };
        Cache.GetOrAdd("k", static _ => 1, policy);
        Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(1, Cache.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
        Time.Advance(TimeSpan.FromMinutes(1));
        Cache.GetOrAdd("k", static load => load.NotModified<int>(), policy);
        Time.Advance(TimeSpan.FromSeconds(119));
        Assert.True(Cache.TryGet("k", out int _));
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(Cache.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task GetOrAddMany_WithEagerRefresh_LearnsInTheBackground()
    {
        EntryPolicy policy = Policy with { EagerRefresh = 0.5 };
        Load();
        Time.Advance(TimeSpan.FromSeconds(40));
        Load();
        await UntilAsync(() => Cache.GetStatistics() is { Loads: 2, LoadsInFlight: 0 });
        Time.Advance(TimeSpan.FromSeconds(119));
        Assert.True(Cache.TryGet("k", out int _));
        Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(Cache.TryGet("k", out int _));

        void Load() => Cache.GetOrAddMany([7], static _ => "k", 0, static (_, missing, _) => missing.ToDictionary(static id => id), policy);
    }

    [Fact]
    public void GetOrAdd_TtlNamedByTheFactory_CountsForThatValue()
    {
        Cache.GetOrAdd("k", static load =>
        {
            load.Options = load.Options with { Ttl = TimeSpan.FromMinutes(6) };
            return 0;
        }, Policy);
        Time.Advance(TimeSpan.FromMinutes(6));
        LoadLives(TimeSpan.FromMinutes(12));
    }

    [Fact]
    public void Factor_ChangesHowFastItLearns()
    {
        var policy = new EntryPolicy { AdaptiveTtl = new(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)) { Factor = 3 } };
        foreach (int minutes in new[] { 1, 3, 9, 27, 60 })
            LoadLives(TimeSpan.FromMinutes(minutes), policy);
    }

    [Fact]
    public void Settings_OutOfBoundsOrContradicting_AreRefusedByName()
    {
        Assert.Equal("least", Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveTtl(TimeSpan.Zero, TimeSpan.FromHours(1))).ParamName);
        Assert.Equal("most", Assert.Throws<ArgumentOutOfRangeException>(() => new AdaptiveTtl(TimeSpan.FromHours(2), TimeSpan.FromHours(1))).ParamName);
        Assert.Equal("Factor", Assert.Throws<ArgumentOutOfRangeException>(() => Minutes with { Factor = 1 }).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => Minutes with { Factor = double.NaN });
        Refused("AdaptiveTtl", "Ttl", () => Policy with { Ttl = TimeSpan.FromMinutes(1) });
        Refused("AdaptiveTtl", "SlidingWindow", () => new EntryPolicy { SlidingWindow = TimeSpan.FromMinutes(1), AdaptiveTtl = Minutes });
        Refused("AdaptiveTtl", "StaleGrace", () => Policy with { StaleGrace = EntryOptions.MaxTtl });
        ArgumentException both = Assert.Throws<ArgumentException>(() => new TieredCache(new() { CapacityBytes = 1 << 20, DefaultTtl = TimeSpan.FromMinutes(1), DefaultPolicy = Policy }));
        Assert.True(both.Message.Contains("DefaultTtl", StringComparison.Ordinal) && both.Message.Contains("AdaptiveTtl", StringComparison.Ordinal));

        static void Refused(string one, string other, Func<EntryPolicy> make)
        {
            ArgumentException exception = Assert.Throws<ArgumentException>(make);
            Assert.True(exception.Message.Contains(one, StringComparison.Ordinal) && exception.Message.Contains(other, StringComparison.Ordinal), exception.Message);
        }
    }

    /// <summary>Loads, and sees the value fresh for so long and no longer.</summary>
    private void LoadLives(TimeSpan life, EntryPolicy? policy = null)
    {
        int loads = 0;
        Cache.GetOrAdd("k", _ => { loads++; return _value; }, policy ?? Policy);
        Assert.Equal(1, loads);
        Time.Advance(life - TimeSpan.FromMilliseconds(1));
        Assert.True(Cache.TryGet("k", out int _), $"It was to live for {life}, and is not there before.");
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(Cache.TryGet("k", out int _), $"It was to live for {life}, and is there afterwards.");
    }
}
