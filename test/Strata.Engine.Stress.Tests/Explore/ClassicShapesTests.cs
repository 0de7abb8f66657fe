using Strata.Engine.Stress.Explore;
using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Tests.Explore;

public sealed class ClassicShapesTests
{
    public static TheoryData<string> Names => [.. ClassicShapes.All.Select(shape => shape.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Explore_ClassicShape_AllowsWhatArmAllows(string name)
    {
        ClassicShape shape = ClassicShapes.All.Single(candidate => candidate.Name == name);

        Exploration found = Explorer.Explore(shape.Scenario);

        Assert.Equal(shape.IsAllowed, found.Counterexample is not null);
    }
}
