using Strata.Engine.Stress.Parity;

namespace Strata.Engine.Stress.Tests.Parity;

public sealed class ParityRunTests
{
    private const int Seed = 1;

    public static TheoryData<string> Sequences => [.. RequestSequences.All.Keys];

    [Theory]
    [MemberData(nameof(Sequences))]
    public void Run_Sequence_EngineHitsAndEvictsAsTheReferenceDoes(string name)
    {
        foreach (int capacity in ParityCommand.Capacities)
            Assert.Null(ParityRun.Run(capacity, RequestSequences.All[name](capacity, Seed), out _));
    }

    [Fact]
    public void Run_AllSequences_ReachEveryPartOfThePolicy()
    {
        var total = new ParityTally();
        foreach (Func<int, int, IEnumerable<ParityRequest>> sequence in RequestSequences.All.Values)
        {
            ParityRun.Run(50, sequence(50, Seed), out ParityTally tally);
            total.Add(tally);
        }

        Assert.Null(total.FirstNeverSeen());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Run_ReferenceWhoseGhostIsOneKeyOff_IsSeenToDiffer(int more)
    {
        const int Capacity = 50;

        string? difference = ParityRun.Run(Capacity, RequestSequences.All["random"](Capacity, Seed), out _, ParityRun.GhostDrops(Capacity) + more);

        Assert.NotNull(difference);
    }
}
