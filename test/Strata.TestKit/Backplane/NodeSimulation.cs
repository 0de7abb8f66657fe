using Strata.Backplane;

namespace Strata.TestKit.Backplane;

/// <summary>Many nodes over one simulated backplane and one shared tier, on a clock of their own and in one thread: the same seed gives the same run.</summary>
public sealed class NodeSimulation : IDisposable
{
    private readonly SharedStore _shared;
    private readonly Random _random;

    public NodeSimulation(int nodes, int keys, int seed)
    {
        Seed = seed;
        _random = new Random(seed);
        Time = new ManualTimeProvider();
        Truth = new long[keys];
        Bus = new SimulatedBackplane(Time, seed);
        _shared = new SharedStore(Time);
        Nodes = [.. Enumerable.Range(0, nodes).Select(index => new SimulatedNode(this, index, _shared))];
    }

    public int Seed { get; }

    public ManualTimeProvider Time { get; }

    public SimulatedBackplane Bus { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    /// <summary>The current version of each key.</summary>
    public long[] Truth { get; }

    public int KeyCount => Truth.Length;

    /// <summary>What each message with keys stands for.</summary>
    internal Dictionary<string, List<(int Key, long Version)>> Published { get; } = [];

    /// <summary>Moves the clock and delivers what is due.</summary>
    public void Step(TimeSpan by)
    {
        Time.Advance(by);
        Bus.DeliverDue();
    }

    /// <summary>Lets random nodes write and read random keys.</summary>
    public void Work(int writes, int reads)
    {
        for (int i = 0; i < writes; i++)
        {
            SimulatedNode writer = Nodes[_random.Next(Nodes.Count)];
            if (_random.Next(4) == 0)
                writer.Remove(_random.Next(KeyCount));
            else
                writer.Write(_random.Next(KeyCount));
        }

        for (int i = 0; i < reads; i++)
            Nodes[_random.Next(Nodes.Count)].Read(_random.Next(KeyCount));
    }

    /// <summary>Has every node read a random key.</summary>
    /// <returns>The key.</returns>
    public int ReadOne()
    {
        int key = _random.Next(KeyCount);
        foreach (SimulatedNode node in Nodes)
            node.Read(key);
        return key;
    }

    /// <summary>Cuts nodes off, lets them in again, or moves them to another side, at random.</summary>
    public void Disturb()
    {
        SimulatedNode node = Nodes[_random.Next(Nodes.Count)];
        switch (_random.Next(4))
        {
            case 0:
                node.Endpoint.Disconnect();
                break;
            case 1:
                node.Endpoint.Reconnect();
                break;
            case 2:
                node.Endpoint.Side = 1 - node.Endpoint.Side;
                break;
            default:
                break;
        }
    }

    /// <summary>Ends all faults.</summary>
    public void Heal()
    {
        Bus.Faults = default;
        foreach (SimulatedNode node in Nodes)
        {
            node.Endpoint.Side = 0;
            node.Endpoint.Reconnect();
        }
    }

    /// <summary>How many nodes serve an old version of a key.</summary>
    public int CountStale(int key) => Nodes.Count(node => node.Read(key) != Truth[key]);

    public void Dispose()
    {
        foreach (SimulatedNode node in Nodes)
            node.Dispose();
        _shared.Dispose();
    }
}
