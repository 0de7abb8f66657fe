using Strata.Entries;
using Strata.Invalidation;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Invalidation;

/// <summary>Tags, beside what the conformance suite asks.</summary>
public sealed class TagTests(OneServer server)
{
    private readonly string _prefix = OneServer.NewPrefix();
    private readonly HybridClock _clock = new(TimeProvider.System);

    public static TheoryData<InvalidationRule> Rules =>
    [
        InvalidationRule.OfAnyTag("red"),
        InvalidationRule.OfAnyTag("blue", "round"),
        InvalidationRule.OfAllTags("red"),
        InvalidationRule.OfAllTags("round", "red"),
        InvalidationRule.OfPrefix("k"),
        InvalidationRule.OfPattern("?"),
    ];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Invalidate_DuringALoad_Wins(InvalidationRule rule)
    {
        RedisTier tier = await server.TierAsync(_prefix);
        long start = _clock.Next();
        Assert.Equal(TierWriteStatus.Done, await tier.InvalidateAsync(rule));
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start, "red", "round"));
        Assert.Null(await tier.ReadAsync("k"));
        await tier.KeepInTheEndAsync("k", "loaded anew", _clock, "red", "round");
        Assert.Equal("loaded anew", await tier.ReadAsync("k"));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task Invalidate_OfOthers_LetsALoadBe(InvalidationRule rule)
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.KeepInTheEndAsync("x:1", "0", _clock, "green", "square");
        long start = _clock.Next();
        await tier.InvalidateAsync(rule);
        Assert.Equal(TierWriteStatus.Done, await tier.KeepAsync("x:2", "loaded", start, "green", "square"));
        Assert.Equal("loaded", await tier.ReadAsync("x:2"));
        Assert.Equal("0", await tier.ReadAsync("x:1"));
    }

    [Fact]
    public async Task Clear_DuringALoad_Wins()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        long start = _clock.Next();
        await tier.ClearAsync();
        Assert.Equal(TierWriteStatus.Superseded, await tier.KeepAsync("k", "loaded", start));
        Assert.Null(await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Get_OfAnEntryWhoseTagTheServerForgot_Misses()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("k", "v", new EntryOptions { Tags = ["red"] });
        await tier.InvalidateAsync(InvalidationRule.OfAnyTag("red"));
        await server.Database.KeyDeleteAsync($"{_prefix}#red");
        Assert.Null(await tier.ReadAsync("k"));
        await tier.WriteAsync("other", "v", new EntryOptions { Tags = ["red"] });
        Assert.Null(await tier.ReadAsync("k"));
        Assert.Equal("v", await tier.ReadAsync("other"));
    }

    [Fact]
    public async Task Get_OfAnInvalidatedEntry_TakesItsMemoryBack()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("k", "v", new EntryOptions { Tags = ["red"] });
        await tier.InvalidateAsync(InvalidationRule.OfAnyTag("red"));
        Assert.Null(await tier.ReadAsync("k"));
        await RedisServer.WaitAsync(async () => !await server.Database.HashExistsAsync($"{_prefix}/k", "d"), "the removal");
        Assert.InRange((await server.Database.KeyTimeToLiveAsync($"{_prefix}/k"))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(61));
    }

    [Fact]
    public async Task Set_WithTags_KeepsTheirRecordsAsLongAsTheEntry()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("1", "v", new EntryOptions { Tags = ["red"], Ttl = TimeSpan.FromHours(2) });
        Assert.InRange((await server.Database.KeyTimeToLiveAsync($"{_prefix}#red"))!.Value, TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        await tier.WriteAsync("2", "v", new EntryOptions { Tags = ["red"], Ttl = TimeSpan.FromHours(1) });
        Assert.InRange((await server.Database.KeyTimeToLiveAsync($"{_prefix}#red"))!.Value, TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        await tier.WriteAsync("3", "v", new EntryOptions { Tags = ["red"] });
        Assert.Null(await server.Database.KeyTimeToLiveAsync($"{_prefix}#red"));
        await tier.InvalidateAsync(InvalidationRule.OfAnyTag("red"));
        Assert.InRange((await server.Database.KeyTimeToLiveAsync($"{_prefix}#red"))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(61));
    }

    [Fact]
    public async Task Invalidate_ByMoreRulesThanARecordHolds_RemovesTooMuchNeverTooLittle()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync("k", "v", new EntryOptions { Tags = ["a", "b"] });
        for (int i = 0; i < 64; i++)
            await tier.InvalidateAsync(InvalidationRule.OfAllTags("a", $"x{i}"));
        Assert.Equal("v", await tier.ReadAsync("k"));
        await tier.InvalidateAsync(InvalidationRule.OfAllTags("a", "x64"));
        Assert.Null(await tier.ReadAsync("k"));
        await tier.WriteAsync("k", "w", new EntryOptions { Tags = ["a", "b"] });
        Assert.Equal("w", await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Clear_OfOnePrefix_LeavesTheOthers()
    {
        RedisTier tier = await server.TierAsync(_prefix);
        RedisTier other = await server.TierAsync(_prefix + "x");
        await other.WriteAsync("k", "v");
        await server.Database.StringSetAsync($"{_prefix}:foreign", "v");
        await server.Database.StringSetAsync($"{_prefix}/foreign", "v");
        Assert.Equal(TierWriteStatus.Done, await tier.ClearAsync());
        Assert.Equal("v", await other.ReadAsync("k"));
        Assert.Equal("v", await server.Database.StringGetAsync($"{_prefix}:foreign"));
        Assert.Equal("v", await server.Database.StringGetAsync($"{_prefix}/foreign"));
    }

    [Theory]
    [InlineData("[a]", "[a]", "a")]
    [InlineData("a\\*", "a*", "ab")]
    [InlineData("é?", "éü", "é")]
    [InlineData("\\\\*", "\\x", "x")]
    [InlineData("^?", "^a", "a")]
    public async Task Invalidate_ByPattern_MeansWhatPatternsMean(string pattern, string meant, string other)
    {
        RedisTier tier = await server.TierAsync(_prefix);
        await tier.WriteAsync(meant, "v");
        await tier.WriteAsync(other, "v");
        await tier.InvalidateAsync(InvalidationRule.OfPattern(pattern));
        Assert.Null(await tier.ReadAsync(meant));
        Assert.Equal("v", await tier.ReadAsync(other));
    }
}
