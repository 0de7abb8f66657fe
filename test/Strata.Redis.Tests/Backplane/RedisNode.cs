using StackExchange.Redis;
using Strata.Backplane;
using Strata.Entries;
using Strata.Flights;
using Strata.Redis.Backplane;
using Strata.TestKit.Servers;

namespace Strata.Redis.Tests.Backplane;

/// <summary>A cache with memory, a Redis tier and a Redis backplane, on a connection of its own.</summary>
internal sealed class RedisNode : IAsyncDisposable
{
    private static readonly EntryPolicy s_memory = new() { Access = TierAccess.SkipTierRead | TierAccess.SkipTierWrite };

    private readonly ConnectionMultiplexer _multiplexer;
    private readonly RedisTier _tier;
    private readonly RedisBackplane _backplane;

    private RedisNode(ConnectionMultiplexer multiplexer, RedisTier tier, RedisBackplane backplane)
    {
        _multiplexer = multiplexer;
        _tier = tier;
        _backplane = backplane;
        var options = new TieredCacheOptions
        {
            CapacityBytes = 4 << 20,
            Backplane = new BackplaneOptions { Transport = backplane, AnnounceInterval = TimeSpan.FromMilliseconds(200) },
            FlightLeases = new RedisFlightLeases(multiplexer),
        };
        options.Tiers.Add(tier);
        Cache = new TieredCache(options);
    }

    public TieredCache Cache { get; }

    public BackplaneStatistics Statistics => Cache.GetBackplaneStatistics()!.Value;

    public static async Task<RedisNode> StartAsync(string configuration, string prefix, bool isDurable = false, int streamLength = 100_000)
    {
        ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration + ",abortConnect=false,connectRetry=1,connectTimeout=1000,keepAlive=1");
        RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = multiplexer, KeyPrefix = prefix, OperationTimeout = TimeSpan.FromMilliseconds(500) });
        RedisBackplane backplane = await RedisBackplane.ConnectAsync(new RedisBackplaneOptions { Multiplexer = multiplexer, Channel = prefix + ":nodes", IsDurable = isDurable, StreamLength = streamLength });
        var node = new RedisNode(multiplexer, tier, backplane);
        await node.UntilAsync(node => node.Statistics.IsConnected, "the first connection");
        return node;
    }

    /// <summary>Waits until nodes have met, so that nobody suspects anybody any more.</summary>
    public static Task MeetAsync(params RedisNode[] nodes) =>
        RedisServer.WaitAsync(() => Task.FromResult(nodes.All(node => node.Statistics.Nodes >= nodes.Length - 1)), "all nodes to meet");

    /// <summary>Puts a value into memory alone.</summary>
    public void Keep(string key, int value) => Cache.GetOrAdd(key, value, static (value, _) => value, s_memory);

    /// <summary>What memory serves; -1 for nothing.</summary>
    public int InMemory(string key) => Cache.GetOrAdd(key, static context => { context.DoNotStore(); return -1; }, s_memory);

    public Task UntilAsync(Func<RedisNode, bool> isSo, string what) => RedisServer.WaitAsync(() => Task.FromResult(isSo(this)), what);

    public async ValueTask DisposeAsync()
    {
        Cache.Dispose();
        await _tier.DisposeAsync();
        await _backplane.DisposeAsync();
        await _multiplexer.CloseAsync(allowCommandsToComplete: false);
        _multiplexer.Dispose();
    }
}
