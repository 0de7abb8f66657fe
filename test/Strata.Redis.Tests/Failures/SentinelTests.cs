using Strata.Redis.Tests;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>Three real sentinels, and a master that dies.</summary>
public sealed class SentinelTests
{
    private const string Password = "a secret of sentinels";

    [Fact]
    public async Task Tier_WhoseMasterDies_FollowsTheSentinelsToTheNewOne()
    {
        await using RedisSentinels sentinels = await RedisSentinels.StartAsync("secret");
        await using RedisTier tier = await RedisTier.ConnectAsync(
            new RedisTierOptions { Configuration = sentinels.Addresses + ",password=secret", SentinelService = RedisSentinels.Service, OperationTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "before"));
        await RedisServer.WaitAsync(async () => await sentinels.Replica.CommandAsync("HGET", "strata/k", "d") == "before", "the replica to have it");

        await sentinels.Master.KillAsync();
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("k", "after") == TierWriteStatus.Done, "the new master");
        Assert.Equal("after", await tier.ReadAsync("k"));
        Assert.Equal("after", await sentinels.Replica.CommandAsync("HGET", "strata/k", "d"));
        Assert.Equal(1, tier.Faults.Failovers);
    }

    [Fact]
    public async Task Connect_ToSentinelsThatDoNotKnowTheService_NamesTheOption()
    {
        await using RedisServer sentinel = await RedisServer.StartSentinelAsync();
        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => RedisTier.ConnectAsync(
            new RedisTierOptions { Configuration = $"{sentinel.Address},password={Password}", SentinelService = "nobody" }));
        Assert.Contains("SentinelService", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, exception.ToString(), StringComparison.Ordinal);
    }
}
