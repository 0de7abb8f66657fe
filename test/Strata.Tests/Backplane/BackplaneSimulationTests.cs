using Strata.TestKit.Backplane;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>Fifty nodes over a backplane with faults drawn by a seed. A read that serves what its node knew to be invalidated throws with the seed, from which the run can be repeated.</summary>
public sealed class BackplaneSimulationTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    public static TheoryData<int> Seeds => [1, 2, 3, Environment.TickCount];

    [Theory]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public void Nodes_UnderFaultsOfEveryKind_ServeNothingTheyKnowToBeInvalidatedAndAgreeInTheEnd(int seed)
    {
        using var simulation = new NodeSimulation(nodes: 50, keys: 40, seed);
        simulation.Bus.Faults = new() { Loss = 0.02, Duplication = 0.05, LeastDelay = TimeSpan.FromMilliseconds(1), MostDelay = TimeSpan.FromMilliseconds(120) };
        for (int step = 0; step < 300; step++)
        {
            simulation.Step(s_step);
            simulation.Work(writes: step % 4 == 0 ? 2 : 0, reads: 100);
            if (step % 5 == 0)
                simulation.Disturb();
        }

        simulation.Heal();
        for (int step = 0; step < 150; step++)
            simulation.Step(s_step);
        Assert.Equal(0, simulation.Bus.OnTheWay);
        for (int key = 0; key < simulation.KeyCount; key++)
            Assert.True(simulation.CountStale(key) == 0, $"Seed {seed}: an old version of key {key} is served after all faults have ended.");
        Assert.True(simulation.Bus.Lost > 1000 && simulation.Nodes.Sum(node => node.Cache.GetBackplaneStatistics()!.Value.Gaps) > 100, $"Seed {seed}: there were hardly any faults.");
    }

    /// <summary>Without faults nobody suspects anything, and each change costs one message.</summary>
    [Fact]
    public void Nodes_WithoutFaults_AgreeAtOnceAndSuspectNothing()
    {
        using var simulation = new NodeSimulation(nodes: 50, keys: 40, seed: 7);
        simulation.Step(s_step);
        for (int step = 0; step < 100; step++)
        {
            simulation.Work(writes: 1, reads: 20);
            simulation.Step(s_step);
            for (int key = 0; key < simulation.KeyCount; key += 13)
                Assert.Equal(0, simulation.CountStale(key));
        }

        Assert.Equal(0, simulation.Nodes.Sum(node => node.Cache.GetBackplaneStatistics()!.Value.Suspicions));
        Assert.Equal(100, simulation.Nodes.Sum(node => node.Cache.GetBackplaneStatistics()!.Value.Published));
        Assert.Equal(100 * 49, simulation.Nodes.Sum(node => node.Cache.GetBackplaneStatistics()!.Value.ReceivedChanges));
    }
}
