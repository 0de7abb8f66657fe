using System.Globalization;

namespace Strata.TestKit.Servers;

/// <summary>A master, a replica and three real sentinels that watch them.</summary>
public sealed class RedisSentinels : IAsyncDisposable
{
    /// <summary>The name under which they know the master.</summary>
    public const string Service = "strata";

    private const int SentinelCount = 3;

    private readonly List<RedisServer> _all = [];

    private RedisSentinels(RedisServer master, RedisServer replica)
    {
        Master = master;
        Replica = replica;
        _all.AddRange([master, replica]);
    }

    /// <summary>The master at the start.</summary>
    public RedisServer Master { get; }

    /// <summary>The replica at the start.</summary>
    public RedisServer Replica { get; }

    public IReadOnlyList<RedisServer> Sentinels => _all[2..];

    /// <summary>The addresses of the sentinels, separated by commas.</summary>
    public string Addresses => string.Join(',', _all.Skip(2).Select(sentinel => sentinel.Address));

    /// <summary>Starts them and waits until the sentinels know all there is to know.</summary>
    /// <param name="password">What the servers, not the sentinels, ask for; null for nothing.</param>
    public static async Task<RedisSentinels> StartAsync(string? password = null)
    {
        RedisServer master = await RedisServer.StartAsync(password, ["--repl-diskless-sync-delay", "0"]);
        string port = master.Port.ToString(CultureInfo.InvariantCulture);
        var all = new RedisSentinels(master, await RedisServer.StartAsync(password, ["--replicaof", "127.0.0.1", port, "--repl-diskless-sync-delay", "0"]));
        try
        {
            await all.Replica.WaitAsync("INFO replication", "master_link_status:up");
            string[] lines = [$"sentinel monitor {Service} 127.0.0.1 {port} 2", $"sentinel down-after-milliseconds {Service} 500", $"sentinel failover-timeout {Service} 3000"];
            if (password is not null)
                lines = [.. lines, $"sentinel auth-pass {Service} {password}"];
            for (int i = 0; i < SentinelCount; i++)
                all._all.Add(await RedisServer.StartSentinelAsync(lines));
            foreach (RedisServer sentinel in all._all.Skip(2))
            {
                await sentinel.WaitAsync($"SENTINEL MASTER {Service}", $"num-other-sentinels\n{SentinelCount - 1}");
                await sentinel.WaitAsync($"SENTINEL MASTER {Service}", "num-slaves\n1");
            }

            return all;
        }
        catch
        {
            await all.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RedisServer server in _all)
            await server.DisposeAsync();
    }
}
