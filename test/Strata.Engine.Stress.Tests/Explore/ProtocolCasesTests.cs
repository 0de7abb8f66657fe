using Strata.Engine.Stress.Explore;
using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Tests.Explore;

public sealed class ProtocolCasesTests
{
    public static TheoryData<string> Right => [.. ProtocolCases.All.Where(protocol => protocol.Fault is null).Select(protocol => protocol.ToString())];

    public static TheoryData<string> Faulty => [.. ProtocolCases.All.Where(protocol => protocol.Fault is not null).Select(protocol => protocol.ToString())];

    [Theory]
    [MemberData(nameof(Right))]
    public void Explore_ProtocolAsItIs_HoldsInEveryExecution(string name)
    {
        Exploration found = Explorer.Explore(Find(name).Build());

        Assert.Null(found.Counterexample);
        Assert.Empty(found.NeverSeen);
        Assert.True(found.Endings > 1);
    }

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Explore_ProtocolWithFault_HasCounterexample(string name)
    {
        Exploration found = Explorer.Explore(Find(name).Build());

        Assert.NotNull(found.Counterexample);
        Assert.NotEmpty(found.Counterexample.Trace);
    }

    private static ProtocolCase Find(string name) => ProtocolCases.All.Single(protocol => protocol.ToString() == name);
}
