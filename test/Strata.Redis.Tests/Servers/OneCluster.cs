using StackExchange.Redis;
using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests.Servers;

/// <summary>The cluster that the tests of its collection share.</summary>
public sealed class OneCluster : IAsyncLifetime
{
    public RedisCluster Cluster { get; private set; } = null!;

    public ConnectionMultiplexer Multiplexer { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await RedisCluster.StartAsync();
        Multiplexer = await ConnectionMultiplexer.ConnectAsync(Cluster.Addresses + ",syncTimeout=30000");
    }

    public async ValueTask DisposeAsync()
    {
        await Multiplexer.CloseAsync();
        Multiplexer.Dispose();
        await Cluster.DisposeAsync();
    }
}
