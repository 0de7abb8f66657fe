using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>A connection to a server or cluster, and the database of the cache in it.</summary>
internal sealed class RedisLink(IConnectionMultiplexer multiplexer, int database)
{
    private volatile bool _isCluster;
    private volatile bool _isKnown;

    public IConnectionMultiplexer Multiplexer { get; } = multiplexer;

    public IDatabase Database { get; } = multiplexer.GetDatabase(database);

    /// <summary>Whether keys have slots, so that no command may touch keys of several.</summary>
    public bool IsCluster
    {
        get
        {
            if (!_isKnown)
                Learn();
            return _isCluster;
        }
    }

    /// <summary>The hash slot of a key; 0 outside a cluster.</summary>
    public int SlotOf(byte[] key) => IsCluster ? Math.Max(0, Multiplexer.HashSlot(key)) : 0;

    /// <summary>The masters that have the entries.</summary>
    /// <exception cref="IOException">There is none, or one of a cluster is not connected.</exception>
    public async Task<List<IServer>> FindMastersAsync()
    {
        List<IServer> masters = Connected();
        if (masters.TrueForAll(server => server.ServerType != ServerType.Cluster))
        {
            masters.RemoveAll(server => server.IsSlave);
        }
        else
        {
            // Slots may have moved since the client looked last.
            await Multiplexer.ConfigureAsync(null).ConfigureAwait(false);
            ClusterConfiguration? cluster = Connected().Select(server => server.ClusterConfiguration).FirstOrDefault(known => known is not null);
            masters = [.. cluster?.Nodes.Where(node => !node.IsSlave && node.Slots.Count > 0).Select(node => Multiplexer.GetServer(node.EndPoint, null)) ?? []];
        }

        if (masters.Count == 0 || masters.Exists(master => !master.IsConnected || master.IsSlave))
            throw new IOException("A master is not connected.");
        return masters;
    }

    private List<IServer> Connected() =>
        [.. Multiplexer.GetEndPoints(false).Select(endPoint => Multiplexer.GetServer(endPoint, null)).Where(server => server.IsConnected)];

    private void Learn()
    {
        if (Connected().FirstOrDefault() is not { } server)
            return;
        _isCluster = server.ServerType == ServerType.Cluster;
        _isKnown = true;
    }
}
