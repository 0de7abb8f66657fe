using Strata.Invalidation;
using Strata.Redis.Tests.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests;

/// <summary>Whoever awaited the tier may block afterwards: he must not stand on the thread that completes the client's answers.</summary>
public sealed class ContinuationTests(OneServer server)
{
    public static TheoryData<string> Verbs => ["get", "set", "keep", "remove", "clear", "tag", "many", "connect"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task AnyCall_ThenABlockingOne_IsAnswered(string verb)
    {
        RedisTier tier = await server.TierAsync(OneServer.NewPrefix());
        Assert.Equal(TierWriteStatus.Done, await CallThenBlockAsync(tier, verb));
    }

    private async Task<TierWriteStatus> CallThenBlockAsync(RedisTier tier, string verb)
    {
        await (verb switch
        {
            "get" => tier.ReadAsync("k"),
            "set" => tier.WriteAsync("k", "v"),
            "keep" => tier.KeepAsync("k", "v", new HybridClock(TimeProvider.System).Next()),
            "remove" => tier.RemoveAsync("k"),
            "clear" => tier.ClearAsync().AsTask(),
            "tag" => tier.InvalidateAsync(InvalidationRule.OfAnyTag("red")).AsTask(),
            "many" => tier.SetManyAsync(new TierEntry[] { new("k"u8.ToArray(), default, default) }, new TierWriteStatus[1]).AsTask(),
            _ => (Task)server.TierAsync(OneServer.NewPrefix()),
        }).ConfigureAwait(false);
        // Blocks here, on whatever thread this is.
        return tier.WriteAsync("k", "w").GetAwaiter().GetResult();
    }
}
