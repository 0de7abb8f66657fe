using StackExchange.Redis;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Xunit;

[assembly: AssemblyFixture(typeof(OneServer))]

namespace Strata.Redis.Tests.Servers;

/// <summary>The server that most tests share, each under a prefix of its own.</summary>
public sealed class OneServer : IAsyncLifetime
{
    private static int s_prefixes;

    public RedisServer Server { get; private set; } = null!;

    public ConnectionMultiplexer Multiplexer { get; private set; } = null!;

    public IDatabase Database => Multiplexer.GetDatabase();

    /// <summary>A prefix that nobody has.</summary>
    public static string NewPrefix() => $"test{Interlocked.Increment(ref s_prefixes)}:[x*]";

    public async ValueTask InitializeAsync()
    {
        Server = await RedisServer.StartAsync();
        Multiplexer = await ConnectionMultiplexer.ConnectAsync(Server.Address + ",syncTimeout=30000");
    }

    public async ValueTask DisposeAsync()
    {
        await Multiplexer.CloseAsync();
        Multiplexer.Dispose();
        await Server.DisposeAsync();
    }

    /// <summary>A tier on the shared connection.</summary>
    public Task<RedisTier> TierAsync(string prefix, TimeProvider? clock = null, TimeSpan? tombstoneLife = null) => RedisTier.ConnectAsync(new RedisTierOptions
    {
        Multiplexer = Multiplexer,
        KeyPrefix = prefix,
        TimeProvider = clock ?? TimeProvider.System,
        TombstoneLife = tombstoneLife ?? TimeSpan.FromMinutes(1),
    });
}
