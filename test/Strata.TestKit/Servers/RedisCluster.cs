using System.Globalization;

namespace Strata.TestKit.Servers;

/// <summary>A real Redis Cluster of six nodes on loopback: three masters, each with a replica.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int MasterCount = 3;
    private const int SlotCount = 16_384;

    // On a busy machine nodes need longer to meet than they may be silent later.
    private const string JoinTimeoutMs = "15000";
    private const string NodeTimeoutMs = "1000";

    private readonly RedisServer[] _nodes;

    private RedisCluster(RedisServer[] nodes) => _nodes = nodes;

    /// <summary>The masters first, then in the same order the replicas they began with.</summary>
    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>All addresses, separated by commas.</summary>
    public string Addresses => string.Join(',', _nodes.Select(node => node.Address));

    /// <summary>Starts the nodes, joins them, gives out the slots and waits until all agree.</summary>
    public static async Task<RedisCluster> StartAsync()
    {
        RedisServer[] nodes = await Task.WhenAll(Enumerable.Range(0, 2 * MasterCount).Select(_ =>
            RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-node-timeout", JoinTimeoutMs, "--cluster-replica-validity-factor", "0", "--repl-diskless-sync-delay", "0")));
        var cluster = new RedisCluster(nodes);
        try
        {
            for (int i = 1; i < nodes.Length; i++)
                await nodes[0].CommandAsync("CLUSTER", "MEET", "127.0.0.1", Text(nodes[i].Port));
            for (int i = 0; i < MasterCount; i++)
                await nodes[i].CommandAsync("CLUSTER", "ADDSLOTSRANGE", Text(i * SlotCount / MasterCount), Text(((i + 1) * SlotCount / MasterCount) - 1));
            foreach (RedisServer node in nodes)
                await node.WaitAsync("CLUSTER INFO", $"cluster_known_nodes:{nodes.Length}");
            for (int i = 0; i < MasterCount; i++)
            {
                string master = await nodes[i].CommandAsync("CLUSTER", "MYID");
                RedisServer replica = nodes[MasterCount + i];
                await RedisServer.WaitAsync(async () => await replica.CommandAsync("CLUSTER", "REPLICATE", master) == "OK", "a replica to know its master");
            }

            foreach (RedisServer replica in nodes[MasterCount..])
                await replica.WaitAsync("INFO replication", "master_link_status:up");
            foreach (RedisServer node in nodes)
            {
                await node.WaitAsync("CLUSTER INFO", "cluster_state:ok");
                await RedisServer.WaitAsync(async () => (await node.CommandAsync("CLUSTER", "NODES")).Split("slave ").Length == MasterCount + 1, "all replicas to be known");
            }

            foreach (RedisServer node in nodes)
                await node.CommandAsync("CONFIG", "SET", "cluster-node-timeout", NodeTimeoutMs);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Moves a slot with all its keys to another master while both serve it.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="from">The index of the master that has it.</param>
    /// <param name="to">The index of the master that gets it.</param>
    public async Task MoveSlotAsync(int slot, int from, int to)
    {
        const string KeysAtOnce = "3", PatienceMs = "5000";
        string source = await _nodes[from].CommandAsync("CLUSTER", "MYID"), target = await _nodes[to].CommandAsync("CLUSTER", "MYID");
        await DoAsync(to, "CLUSTER", "SETSLOT", Text(slot), "IMPORTING", source);
        await DoAsync(from, "CLUSTER", "SETSLOT", Text(slot), "MIGRATING", target);
        while (await _nodes[from].CommandAsync("CLUSTER", "GETKEYSINSLOT", Text(slot), KeysAtOnce) is { Length: > 0 } keys)
            await _nodes[from].CommandAsync(["MIGRATE", "127.0.0.1", Text(_nodes[to].Port), "", "0", PatienceMs, "KEYS", .. keys.Split('\n', StringSplitOptions.RemoveEmptyEntries)]);
        await DoAsync(to, "CLUSTER", "SETSLOT", Text(slot), "NODE", target);
        await DoAsync(from, "CLUSTER", "SETSLOT", Text(slot), "NODE", target);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RedisServer node in _nodes)
            await node.DisposeAsync();
    }

    private async Task DoAsync(int node, params string[] command)
    {
        string answer = await _nodes[node].CommandAsync(command);
        if (answer != "OK")
            throw new InvalidOperationException($"{string.Join(' ', command)}: {answer}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
