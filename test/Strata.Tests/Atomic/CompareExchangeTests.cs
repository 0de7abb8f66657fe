using Strata.Entries;
using Strata.Payloads;
using Xunit;

namespace Strata.Tests.Atomic;

public sealed class CompareExchangeTests : CacheFixture
{
    private static readonly EntryPolicy Versioned = new() { IsVersioned = true };

    [Fact]
    public void CompareExchange_VersionThatHolds_ExchangesAndGivesTheNext()
    {
        Cache.Set("k", 1, Versioned);
        Assert.True(Cache.TryGet("k", out int value, out long version));
        Assert.Equal(1, value);
        Assert.True(version > 0);
        ExchangeResult first = Cache.CompareExchange("k", 2, version);
        Assert.Equal(ExchangeOutcome.Exchanged, first.Outcome);
        Assert.True(first.IsExchanged && first.Version > version);
        Assert.Equal(ExchangeOutcome.Exchanged, Cache.CompareExchange("k", 3, first.Version).Outcome);
        Assert.Equal(new ExchangeResult(ExchangeOutcome.VersionMismatch, 0), Cache.CompareExchange("k", 4, version));
        Assert.True(Cache.TryGet("k", out int kept) && kept == 3);
    }

    [Fact]
    public void CompareExchange_NoEntryOrNoVersion_SaysSo()
    {
        Assert.Equal(ExchangeOutcome.NotFound, Cache.CompareExchange("k", 1, 5).Outcome);
        Cache.Set("k", 1);
        Assert.True(Cache.TryGet("k", out int _, out long version));
        Assert.Equal(0, version);
        Assert.Equal(ExchangeOutcome.NotVersioned, Cache.CompareExchange("k", 2, 5).Outcome);
        Assert.True(Cache.TryGet("k", out int kept) && kept == 1);
    }

    [Fact]
    public async Task CompareExchange_ThroughASerializer_Exchanges()
    {
        Assert.True(Cache.Add("k", "one"));
        Assert.True(Cache.TryGet("k", PayloadSerializer.Utf8, out string? text, out long version) && text == "one");
        ExchangeResult result = Cache.CompareExchange("k", "two", version, PayloadSerializer.Utf8, TimeSpan.FromMinutes(1));
        Assert.True(result.IsExchanged);
        result = await Cache.CompareExchangeAsync("k", "three", result.Version, PayloadSerializer.Utf8, TimeSpan.FromMinutes(1), Token);
        Assert.True(result.IsExchanged && Cache.TryGet("k", out text) && text == "three");
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(ExchangeOutcome.NotFound, Cache.CompareExchange("k", "four", result.Version, PayloadSerializer.Utf8).Outcome);
    }

    [Fact]
    public void TryGet_WithVersion_MissesWhatIsNotFresh()
    {
        Cache.Set("k", 1, new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromHours(1), IsVersioned = true });
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Cache.TryGet("k", out int value, out long version));
        Assert.Equal((0, 0), (value, version));
        Cache.Set("text", "longer than four");
        Assert.False(Cache.TryGet("text", out int _, out _));
        Assert.Equal((0, 2, 1), (Cache.GetStatistics().Hits, Cache.GetStatistics().Misses, Cache.GetStatistics().UnreadablePayloads));
    }

    [Fact]
    public void GetOrAdd_VersionedPolicy_KeepsAVersion()
    {
        Cache.GetOrAdd("k", static _ => 1, Versioned);
        Assert.True(Cache.TryGet("k", out int _, out long version) && version > 0);
        Cache.GetOrAddMany([1], static _ => "many", 0, static (_, missing, _) => missing.ToDictionary(static id => id), Versioned);
        Assert.True(Cache.TryGet("many", out int _, out version) && version > 0);
    }

    [Fact]
    public void CompareExchange_DuringALoadOfTheKey_Wins()
    {
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromHours(1), IsVersioned = true };
        Cache.Set("k", 1, policy);
        Assert.True(Cache.TryGet("k", out int _, out long version));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(3, Cache.GetOrAdd("k", (Cache, version), static (state, _) => state.Cache.CompareExchange("k", 2, state.version).IsExchanged ? 3 : 0, policy));
        Assert.True(Cache.TryGet("k", out int kept) && kept == 2);
    }
}
