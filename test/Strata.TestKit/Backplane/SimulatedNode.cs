using System.Text;
using Strata.Backplane;
using Strata.Telemetry;
using Strata.Tiers;

namespace Strata.TestKit.Backplane;

/// <summary>A real cache of the smallest size at one end of a simulated backplane, and what must be true of what it serves.</summary>
public sealed class SimulatedNode : IDisposable
{
    private readonly NodeSimulation _simulation;
    private readonly long[] _floors;

    internal SimulatedNode(NodeSimulation simulation, int index, ICacheTier shared)
    {
        _simulation = simulation;
        _floors = new long[simulation.KeyCount];
        Endpoint = simulation.Bus.Join();
        var options = new TieredCacheOptions
        {
            CapacityBytes = 1 << 20,
            TimeProvider = simulation.Time,
            BackgroundMaintenance = false,
            Events = new Watcher(this),
            Backplane = new BackplaneOptions { Transport = new ObservedTransport(Endpoint, this), NodeId = (UInt128)index + 1, Queue = static item => item.Execute() },
        };
        options.Tiers.Add(shared);
        Cache = new TieredCache(options);
    }

    public TieredCache Cache { get; }

    public SimulatedEndpoint Endpoint { get; }

    /// <summary>Writes the next version of a key: the truth, the shared tier, and a message to the others.</summary>
    public void Write(int key)
    {
        _simulation.Truth[key]++;
        Cache.Set(KeyOf(key), _simulation.Truth[key], TimeSpan.FromHours(1));
    }

    /// <summary>Changes the truth of a key and has the cache forget it.</summary>
    public void Remove(int key)
    {
        _simulation.Truth[key]++;
        Cache.Remove(KeyOf(key));
    }

    /// <summary>Reads a key as callers do, and checks that it is no older than what this node was told, or knows that it was not.</summary>
    public long Read(int key)
    {
        long version = Cache.GetOrAdd(KeyOf(key), (_simulation.Truth, key), static (state, _) => state.Truth[state.key], TimeSpan.FromHours(1));
        if (version < _floors[key])
            throw new InvalidOperationException($"Seed {_simulation.Seed}: version {version} of key {key} was served, after the node had dropped all before {_floors[key]}.");
        return version;
    }

    public void Dispose() => Cache.Dispose();

    private static string KeyOf(int key) => $"key:{key:D4}";

    /// <summary>Remembers what a message stands for: the versions that the shared tier has by now. The keys are found by their bytes, whatever the format.</summary>
    internal void Published(ReadOnlySpan<byte> message)
    {
        if (KeysIn(message).Count != 0)
            _simulation.Published[Convert.ToHexString(message)] = [.. KeysIn(message).Select(key => (key, _simulation.Truth[key]))];
    }

    /// <summary>Once a message has been taken, the node must serve nothing that is older.</summary>
    internal void Delivered(ReadOnlySpan<byte> message)
    {
        foreach ((int key, long version) in _simulation.Published.GetValueOrDefault(Convert.ToHexString(message), []))
            _floors[key] = Math.Max(_floors[key], version);
    }

    private static List<int> KeysIn(ReadOnlySpan<byte> message)
    {
        List<int> keys = [];
        for (int found; (found = message.IndexOf("key:"u8)) >= 0; message = message[(found + 8)..])
            keys.Add(int.Parse(Encoding.UTF8.GetString(message.Slice(found + 4, 4)), System.Globalization.CultureInfo.InvariantCulture));
        return keys;
    }

    private sealed class Watcher(SimulatedNode node) : CacheEvents
    {
        public override bool SeesRemovals => false;

        public override void Suspected(SuspicionReason reason)
        {
            for (int key = 0; key < node._floors.Length; key++)
                node._floors[key] = node._simulation.Truth[key];
        }
    }
}
