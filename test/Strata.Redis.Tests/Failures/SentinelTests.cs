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
    public async Task Tier_WhenOnlyASentinelThatMissedTheFailoverAnswers_DoesNotGoBackToTheFormerMaster()
    {
        await using RedisSentinels all = await RedisSentinels.StartAsync();
        await using RedisTier tier = await RedisTier.ConnectAsync(
            new RedisTierOptions { Configuration = all.Addresses, SentinelService = RedisSentinels.Service, OperationTimeout = TimeSpan.FromMilliseconds(300) });
        RedisServer stale = all.Sentinels[0];
        await stale.KillAsync();
        await all.Master.KillAsync();
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("k", "after") == TierWriteStatus.Done, "the new master");

        // The former master is back and believes it is one; who knows better does not answer.
        await all.Sentinels[1].FreezeAsync();
        await all.Sentinels[2].FreezeAsync();
        await all.Master.RestartAsync();
        await stale.RestartAsync();
        Assert.Contains($"\n{all.Master.Port}", await stale.CommandAsync("SENTINEL", "GET-MASTER-ADDR-BY-NAME", RedisSentinels.Service), StringComparison.Ordinal);

        // What fails has the sentinels asked.
        await all.Replica.FreezeAsync();
        await RedisServer.WaitAsync(
            async () =>
            {
                Assert.Equal(TierWriteStatus.Faulted, await tier.WriteAsync("k", "lost"));
                return (await stale.CommandAsync("CLIENT", "LIST")).Contains("cmd=sentinel", StringComparison.Ordinal);
            },
            "the stale sentinel to be asked");
        // Each takes longer than the way to another master.
        for (int i = 0; i < 4; i++)
            Assert.Equal(TierWriteStatus.Faulted, await tier.WriteAsync("k", "lost"));
        await all.Replica.ThawAsync();
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("k", "still") == TierWriteStatus.Done, "the master to go on");
        Assert.Equal("still", await all.Replica.CommandAsync("HGET", "strata/k", "d"));
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
