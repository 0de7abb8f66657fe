using Strata.Redis;
using Strata.TestKit.Servers;
using Strata.Tiers;

namespace Strata.Lab.Chaos;

/// <summary>A real redis-server on loopback, and what happens to its process.</summary>
internal sealed class ServerScenario(string fault, string[] arguments, Func<RedisServer, Task> breakIt, Func<RedisServer, Task> mendIt) : ChaosScenario
{
    private RedisServer? _server;
    private RedisTier? _tier;

    public override string Tier => "redis";

    public override string Fault => fault;

    /// <summary>All of them.</summary>
    public static IEnumerable<ChaosScenario> All() =>
    [
        new ServerScenario("killed, back with its data", ["--appendonly", "yes"], static server => server.KillAsync(), static server => server.RestartAsync()),
        new ServerScenario("killed, back empty", [], static server => server.KillAsync(), static server => server.RestartAsync()),
        new ServerScenario("frozen", [], static server => server.FreezeAsync(), static server => server.ThawAsync()),
        new ServerScenario("out of memory", [], static server => OrderAsync(server, "CONFIG", "SET", "maxmemory", "1"), static server => OrderAsync(server, "CONFIG", "SET", "maxmemory", "0")),
        new ServerScenario("refusing writes", [], static server => OrderAsync(server, "CONFIG", "SET", "min-replicas-to-write", "1"), static server => OrderAsync(server, "CONFIG", "SET", "min-replicas-to-write", "0")),
        // Nobody listens at the port of its new master.
        new ServerScenario("made a replica", [], static server => OrderAsync(server, "REPLICAOF", "127.0.0.1", "1"), static server => OrderAsync(server, "REPLICAOF", "NO", "ONE")),
    ];

    public override async ValueTask<ICacheTier> StartAsync()
    {
        _server = await RedisServer.StartAsync(arguments);
        return _tier = await RedisTier.ConnectAsync(new() { Configuration = _server.Address + ",abortConnect=false,connectRetry=1,connectTimeout=1000" });
    }

    public override async ValueTask BreakAsync() => await breakIt(_server!);

    public override async ValueTask MendAsync() => await mendIt(_server!);

    public override async ValueTask DisposeAsync()
    {
        if (_tier is not null)
            await _tier.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    private static async Task OrderAsync(RedisServer server, params string[] command)
    {
        if (await server.CommandAsync(command) is not "OK" and var answer)
            throw new InvalidOperationException($"{command[0]}: {answer}");
    }
}
