using Strata.Entries;
using Strata.Flights;
using Strata.Redis.Backplane;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests.Backplane;

/// <summary>Leases on a real server.</summary>
public sealed class RedisFlightLeasesTests(OneServer one)
{
    private static readonly byte[] s_key = [0, 1, 255];

    [Fact(Timeout = 60_000)]
    public async Task Lease_OfOne_IsHeldAgainstOthersUntilItIsGivenBack()
    {
        var leases = new RedisFlightLeases(one.Multiplexer, OneServer.NewPrefix());
        Assert.Equal(LeaseStatus.Acquired, await leases.TryAcquireAsync(s_key, 1, TimeSpan.FromMinutes(1)));
        Assert.Equal(LeaseStatus.Held, await leases.TryAcquireAsync(s_key, 2, TimeSpan.FromMinutes(1)));
        await leases.ReleaseAsync(s_key, 2);
        Assert.Equal(LeaseStatus.Held, await leases.TryAcquireAsync(s_key, 2, TimeSpan.FromMinutes(1)));
        await leases.ReleaseAsync(s_key, 1);
        Assert.Equal(LeaseStatus.Acquired, await leases.TryAcquireAsync(s_key, 2, TimeSpan.FromMinutes(1)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Lease_WhoseTimeIsOver_IsFree()
    {
        var leases = new RedisFlightLeases(one.Multiplexer, OneServer.NewPrefix());
        Assert.Equal(LeaseStatus.Acquired, await leases.TryAcquireAsync(s_key, 1, TimeSpan.FromMilliseconds(200)));
        await RedisServer.WaitAsync(async () => await leases.TryAcquireAsync(s_key, 2, TimeSpan.FromMinutes(1)) == LeaseStatus.Acquired, "the end of the lease");
    }

    [Fact(Timeout = 60_000)]
    public async Task Lease_OfAServerThatIsGone_IsFaulted()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        using var multiplexer = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(server.Address);
        var leases = new RedisFlightLeases(multiplexer);
        await server.KillAsync();
        await RedisServer.WaitAsync(async () => await leases.TryAcquireAsync(s_key, 1, TimeSpan.FromSeconds(1)) == LeaseStatus.Faulted, "the fault");
        await leases.ReleaseAsync(s_key, 1);
    }

    /// <summary>The factory that follows may block, for the server even: it must not stand on the thread that completes the client's answers.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Lease_ThenACallThatBlocks_IsAnswered()
    {
        var leases = new RedisFlightLeases(one.Multiplexer, OneServer.NewPrefix());
        Assert.Equal(LeaseStatus.Acquired, await AcquireThenBlockAsync(leases));

        static async Task<LeaseStatus> AcquireThenBlockAsync(RedisFlightLeases leases)
        {
            await leases.TryAcquireAsync(s_key, 1, TimeSpan.FromMinutes(1)).ConfigureAwait(false);
            leases.ReleaseAsync(s_key, 1).AsTask().Wait();
            return leases.TryAcquireAsync(s_key, 2, TimeSpan.FromMinutes(1)).AsTask().Result;
        }
    }

    /// <summary>It holds up nobody for long.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Lease_OfAServerThatStandsStill_IsFaulted()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        using var multiplexer = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(server.Address);
        var leases = new RedisFlightLeases(multiplexer);
        await server.FreezeAsync();
        Assert.Equal(LeaseStatus.Faulted, await leases.TryAcquireAsync(s_key, 1, TimeSpan.FromHours(1)));
        await leases.ReleaseAsync(s_key, 1);
        await server.ThawAsync();
    }

    /// <summary>Many callers at three nodes ask for the same keys, which nobody has: each is loaded once.</summary>
    [Fact(Timeout = 60_000)]
    public async Task GetOrAdd_AtSeveralNodesAtOnce_LoadsEachKeyOnce()
    {
        const int Keys = 20;
        string prefix = OneServer.NewPrefix();
        await using RedisNode a = await RedisNode.StartAsync(one.Server.Address, prefix);
        await using RedisNode b = await RedisNode.StartAsync(one.Server.Address, prefix);
        await using RedisNode c = await RedisNode.StartAsync(one.Server.Address, prefix);
        RedisNode[] nodes = [a, b, c];
        await RedisNode.MeetAsync(nodes);
        EntryPolicy policy = new() { ClusterLease = TimeSpan.FromSeconds(30), Ttl = TimeSpan.FromMinutes(1) };
        int[] loads = new int[Keys];
        await Task.WhenAll(Enumerable.Range(0, Keys * 9).Select(i => Task.Run(async () =>
        {
            int key = i % Keys;
            int value = await nodes[i / Keys % 3].Cache.GetOrAddAsync($"{prefix}:{key}", key, async (key, _) =>
            {
                Interlocked.Increment(ref loads[key]);
                await Task.Delay(20);
                return key;
            }, policy);
            Assert.Equal(key, value);
        })));
        Assert.All(loads, count => Assert.Equal(1, count));
    }
}
