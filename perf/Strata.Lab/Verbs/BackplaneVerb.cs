using System.CommandLine;
using System.Diagnostics;
using Strata.Lab.Measure;
using Strata.Lab.Nodes;
using Strata.TestKit.Backplane;
using Strata.TestKit.Servers;

namespace Strata.Lab.Verbs;

/// <summary>How soon does one process drop what another has changed, what does it serve after an outage, and do a thousand nodes agree?</summary>
internal sealed class BackplaneVerb() : Verb("backplane", """
    How soon does one process drop what another has changed, what does it serve after an outage, and do a thousand nodes agree?

    Two processes with a cache each, memory before a Redis tier, and a redis-server that this verb starts (redis-server must be on PATH). One removes a key every two milliseconds; the other notes when it has dropped it. The lag is from the
    call of the removal, the tier's own answer included, to the moment from which the other process cannot serve the old value.

    transport channel, transport stream (durable mode); load none, load busy (eight writers as fast as they can in one process, a reader in the other):
    lag_p50_ms             the median
    lag_p99_ms             what one in a hundred exceeds
    lag_p999_ms            what one in a thousand exceeds
    lag_worst_ms           the longest
    outage: the server is killed, all keys are changed, and it is started again, empty; or the subscriptions are cut while they are changed:
    stale_after_reconnect  keys of 1,000 whose old value the other process serves at the moment when it is connected again (cut: and has heard what was under way), over all rounds
    simulated: 1,000 real caches of 1 MiB in one thread over a bus with a clock of its own, a step of which is 10 ms; each delivery takes 1 to 5 steps; with faults, one in a hundred deliveries is lost, one repeated, and at each of six
    writes one node is cut off for 20 steps:
    converged_steps_p50    steps from a write until no node serves an older value, the median
    converged_steps_worst  the longest
    messages_per_write     messages that were published for a write, announcements left out
    deliveries             all that reached a node
    suspicions             times that a node dropped all it had, since it may have missed something
    stale_at_the_end       keys times nodes that serve an old value once the faults have ended and announcements went round
    wall_s                 how long the simulation took

    Default and only table. --seconds is the time of each lag, after as much that does not count, 2 by default; --seed seeds the simulation; --entries is the number of simulated nodes.
    """)
{
    private const int KeptKeys = 1000;
    private const int Rounds = 2;
    private const int WriteRounds = 6;
    private const int MostSteps = 300;
    private const int CutOffSteps = 20;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        double seconds = request.Seconds ?? 2;
        foreach (bool isDurable in (bool[])[false, true])
        {
            Case transport = new Case("strata").With("transport", isDurable ? "stream" : "channel");
            using Rig rig = new(isDurable);
            Say($"{Name}: lag over a {transport["transport"]}");
            AddLags(report, transport.With("load", "none"), rig, seconds);
            rig.Child.Ask("work");
            using CancellationTokenSource busy = new();
            Task[] writers = [.. Enumerable.Range(0, 8).Select(writer => Task.Run(() => WriteAsync(rig.Node, writer, busy.Token)))];
            AddLags(report, transport.With("load", "busy"), rig, seconds);
            busy.Cancel();
            Task.WaitAll(writers);
        }

        report.NextTable();
        foreach (bool isDurable in (bool[])[false, true])
        {
            Case transport = new Case("strata").With("transport", isDurable ? "stream" : "channel");
            Say($"{Name}: outages of a {transport["transport"]}");
            report.Add(new(Name, transport.With("outage", "killed"), "stale_after_reconnect", Enumerable.Range(0, Rounds).Sum(_ => Kill(isDurable)), ""));
            report.Add(new(Name, transport.With("outage", "cut"), "stale_after_reconnect", Enumerable.Range(0, Rounds).Sum(_ => Cut(isDurable)), ""));
        }

        report.NextTable();
        foreach (bool hasFaults in (bool[])[false, true])
            Simulate(report, request.Entries ?? 1000, request.Seed, hasFaults);
        return 0;
    }

    private void AddLags(IReport report, Case where, Rig rig, double seconds)
    {
        // Both processes' code is compiled to its last tier, and not while it is measured.
        RemoveForAsync(rig.Node, TimeSpan.FromSeconds(seconds)).GetAwaiter().GetResult();
        rig.Child.Ask("lags");
        RemoveForAsync(rig.Node, TimeSpan.FromSeconds(seconds)).GetAwaiter().GetResult();
        Thread.Sleep(500);
        double[] lags = rig.Child.Ask("lags");
        if (lags.Length == 0)
            throw new InvalidOperationException("Nothing arrived.");
        Array.Sort(lags);
        foreach ((string name, double share) in ((string, double)[])[("lag_p50_ms", 0.5), ("lag_p99_ms", 0.99), ("lag_p999_ms", 0.999), ("lag_worst_ms", 1)])
            report.Add(new(Name, where, name, lags[(int)Math.Ceiling(share * lags.Length) - 1], "ms"));
    }

    private static async Task RemoveForAsync(LabNode node, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            await node.Cache.RemoveAsync(WatchedTransport.KeyOf(Stopwatch.GetTimestamp()));
            await Task.Delay(1);
        }
    }

    private static async Task WriteAsync(LabNode node, int writer, CancellationToken token)
    {
        for (int i = 0; !token.IsCancellationRequested; i++)
            await node.Cache.SetAsync($"load:{((writer * 125) + i) % 1000}", (long)i, default, CancellationToken.None);
    }

    /// <summary>Everything is changed while the server is dead.</summary>
    private static double Kill(bool isDurable)
    {
        using Rig rig = new(isDurable);
        rig.Child.Ask($"keep {KeptKeys}");
        rig.Server.KillAsync().GetAwaiter().GetResult();
        rig.Child.Ask("lost");
        ChangeAll(rig.Node);
        rig.Server.RestartAsync().GetAwaiter().GetResult();
        return rig.Child.Ask("resumed")[0];
    }

    /// <summary>Everything is changed while the other process hears nothing, or has just begun to hear again.</summary>
    private static double Cut(bool isDurable)
    {
        using Rig rig = new(isDurable);
        rig.Child.Ask($"keep {KeptKeys + 1}");
        rig.Server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub").GetAwaiter().GetResult();
        ChangeAll(rig.Node);
        // Published after all others: who has heard of it, or knows that it missed something, knows as much of them.
        rig.Node.Cache.RemoveAsync($"kept:{KeptKeys}").AsTask().GetAwaiter().GetResult();
        rig.Child.Ask("heard");
        return rig.Child.Ask("count")[0];
    }

    private static void ChangeAll(LabNode node) => Task.WhenAll(Enumerable.Range(0, KeptKeys).Select(i => node.Cache.RemoveAsync($"kept:{i}").AsTask())).GetAwaiter().GetResult();

    private void Simulate(IReport report, int nodes, int seed, bool hasFaults)
    {
        Say($"{Name}: {nodes:N0} simulated nodes, {(hasFaults ? "with" : "without")} faults");
        TimeSpan step = TimeSpan.FromMilliseconds(10);
        long start = Stopwatch.GetTimestamp();
        using NodeSimulation simulation = new(nodes, keys: 20, seed);
        simulation.Bus.Faults = new() { LeastDelay = step, MostDelay = 5 * step, Loss = hasFaults ? 0.01 : 0, Duplication = hasFaults ? 0.01 : 0 };
        simulation.Step(step);
        List<int> steps = [];
        for (int round = 0; round < WriteRounds; round++)
        {
            int key = simulation.ReadOne();
            SimulatedNode cutOff = simulation.Nodes[round];
            if (hasFaults)
                cutOff.Endpoint.Disconnect();
            simulation.Nodes[^1].Write(key);
            int taken = 0;
            for (; taken < MostSteps && simulation.CountStale(key) != 0; taken++)
            {
                simulation.Step(step);
                if (hasFaults && taken == CutOffSteps)
                    cutOff.Endpoint.Reconnect();
            }

            steps.Add(taken);
        }

        double messages = simulation.Nodes.Sum(node => node.Cache.GetBackplaneStatistics()!.Value.Published);
        simulation.Heal();
        for (int i = 0; i < 110; i++)
            simulation.Step(step);
        steps.Sort();
        Case where = new Case("strata").With("nodes", nodes).With("faults", hasFaults ? "yes" : "no");
        report.Add(new(Name, where, "converged_steps_p50", steps[steps.Count / 2], ""));
        report.Add(new(Name, where, "converged_steps_worst", steps[^1], ""));
        report.Add(new(Name, where, "messages_per_write", messages / steps.Count, ""));
        report.Add(new(Name, where, "deliveries", simulation.Bus.Delivered, ""));
        report.Add(new(Name, where, "suspicions", simulation.Nodes.Sum(node => node.Cache.GetBackplaneStatistics()!.Value.Suspicions), ""));
        report.Add(new(Name, where, "stale_at_the_end", Enumerable.Range(0, simulation.KeyCount).Sum(simulation.CountStale), ""));
        report.Add(new(Name, where, "wall_s", Stopwatch.GetElapsedTime(start).TotalSeconds, "s"));
    }

    /// <summary>A server, a node here and one in another process, which have met.</summary>
    private sealed class Rig : IDisposable
    {
        public Rig(bool isDurable)
        {
            Server = RedisServer.StartAsync().GetAwaiter().GetResult();
            Node = new LabNode(Server.Address, isDurable);
            Child = new ChildNode(Server.Address, isDurable);
            Child.Ask("met");
        }

        public RedisServer Server { get; }

        public LabNode Node { get; }

        public ChildNode Child { get; }

        public void Dispose()
        {
            Child.Dispose();
            Node.Dispose();
            Server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
