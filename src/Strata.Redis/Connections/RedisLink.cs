using System.Net;
using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>A connection to a server or cluster, and the database of the cache in it.</summary>
internal sealed class RedisLink(IConnectionMultiplexer multiplexer, int database)
{
    private volatile bool _isCluster;
    private volatile bool _isKnown;

    public IConnectionMultiplexer Multiplexer { get; } = multiplexer;

    public IDatabase Database { get; } = multiplexer.GetDatabase(database);

    /// <summary>The hash slot of a key; 0 outside a cluster.</summary>
    public int SlotOf(byte[] key)
    {
        if (!_isKnown)
            Learn();
        return _isCluster ? Math.Max(0, Multiplexer.HashSlot(key)) : 0;
    }

    /// <summary>The masters among the servers.</summary>
    /// <exception cref="IOException">There is none, or part of a cluster has none.</exception>
    public List<IServer> Masters()
    {
        var masters = new List<IServer>();
        foreach (EndPoint endPoint in Multiplexer.GetEndPoints(false))
        {
            IServer server = Multiplexer.GetServer(endPoint, null);
            if (server.IsConnected && !server.IsSlave)
                masters.Add(server);
        }

        if (masters.Count == 0)
            throw new IOException("No master is connected.");
        return masters;
    }

    private void Learn()
    {
        foreach (EndPoint endPoint in Multiplexer.GetEndPoints(false))
        {
            IServer server = Multiplexer.GetServer(endPoint, null);
            if (!server.IsConnected)
                continue;
            _isCluster = server.ServerType == ServerType.Cluster;
            _isKnown = true;
            return;
        }
    }
}
